"""What the demo prints works as it stands."""

from __future__ import annotations

import subprocess
from pathlib import Path

import click
import pytest

from sandbox.demo.command_line import CommandLine, write_program
from sandbox.demo.control.server import VERBS
from sandbox.demo.what_to_try import TRIALS, Trial
from tidegate.command_line import LazyGroup
from tidegate.main import cli


@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: trial.words[1])
def test_each_command_is_one_of_the_command_line_and_takes_these_words(trial: Trial) -> None:
    group = cli.get_command(click.Context(cli), trial.words[0])
    assert isinstance(group, LazyGroup)
    command = group.get_command(click.Context(group), trial.words[1])
    assert command is not None
    arguments = [each for each in command.params if isinstance(each, click.Argument)]
    assert len([each for each in arguments if each.required]) <= len(trial.words) - 2 <= len(arguments)


def test_every_verb_is_listed_once() -> None:
    assert sorted(trial.words[1] for trial in TRIALS) == sorted(VERBS)


def test_the_program_runs_from_anywhere_in_an_environment_of_its_own(tmp_path: Path) -> None:
    run = CommandLine(write_program(tmp_path / "bin" / "tidegate"), "http://127.0.0.1:1", tmp_path)
    assert run("version", "--client").stdout.startswith("tidegate: v")
    refused: subprocess.CompletedProcess[str] = run("sandbox", "drift")
    assert refused.returncode == 1
    assert refused.stderr.startswith("Error: No sandbox is running: start one with make demo")
