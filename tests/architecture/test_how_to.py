"""What the documentation shows can be typed and committed as it stands."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any, NoReturn

import click
import pytest
import yaml

from bench.lines import ROOT
from shared.domain.generate.application_set import ApplicationSet
from shared.domain.images.image_policy import read_image_updates
from shared.domain.secrets.external_secret import ExternalSecret
from shared.domain.secrets.secret_store import VaultStore
from shared.domain.specs.application import Application
from tests.architecture.how_to_pages import Page, page, pages, typed
from tests.infra.bicep_files import parsed, variables
from tests.tidegate.worlds import StandingClock
from tidegate.environment import Environment
from tidegate.main import cli
from tidegate.session import Session

PAGES = pages()
MINUTES_A_MONTH = 30 * 24 * 60
NAME = re.compile(r"\bTIDEGATE_[A-Z_]*[A-Z]\b")
each_page = pytest.mark.parametrize("found", PAGES, ids=lambda found: found.path.as_posix())


def test_there_are_pages_with_something_to_check() -> None:
    assert {"move-from-argo-cd.md", "build-with-github-actions.md"} <= {each.path.name for each in PAGES}
    assert [kind for each in PAGES for kind in kinds_of(each)].count("Application") >= 1
    assert sum(len(lines_of(each)) for each in PAGES) > 20


# Manifests and data


def documents_of(found: Page) -> list[Any]:
    documents = [json.loads(block) for block in found.blocks("json")]
    for block in found.blocks("yaml", "yml"):
        documents += [each for each in yaml.safe_load_all(block) if each is not None]
    return documents


def kinds_of(found: Page) -> list[str]:
    return [str(each.get("kind")) for each in documents_of(found) if isinstance(each, dict)]


@each_page
def test_every_manifest_is_one_that_we_take_and_all_of_it_is_done(found: Page) -> None:
    for document in documents_of(found):
        kind = document.get("kind") if isinstance(document, dict) else None
        if kind == "Application":
            app = Application.parse(document)
            updates = read_image_updates(app)
            assert (app.unsupported(), app.project, updates.problems) == ((), "default", ())
        elif kind == "ApplicationSet":
            ApplicationSet.parse(document)
        elif kind == "ExternalSecret":
            ExternalSecret.parse(document)
        elif kind in {"SecretStore", "ClusterSecretStore"}:
            VaultStore.parse(document)
        else:
            assert kind is None, f"no parser of ours takes a {kind}"


def test_the_workflow_asks_for_githubs_token_keeps_no_secret_and_pins_its_actions() -> None:
    (workflow,) = [each for each in documents_of(page("build-with-github-actions.md")) if "jobs" in each]
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    assert workflow["permissions"] == {"contents": "read", "id-token": "write"}
    assert all(("uses" in step) != ("run" in step) for step in steps)
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@v\d+", step["uses"]) for step in steps if "uses" in step)
    assert "secrets." not in json.dumps(workflow, default=str)
    scripts = [step["run"] for step in steps if "run" in step]
    assert scripts
    for script in scripts:
        assert refusal(script) == ""


# Command lines


def lines_of(found: Page) -> list[list[str]]:
    return [words for block in found.blocks("", "sh") for words in typed(block, "tidegate")]


@each_page
def test_every_line_for_tidegate_is_one_that_it_understands(found: Page) -> None:
    for words in lines_of(found):
        try:
            understand(words)
        except click.UsageError as error:
            pytest.fail(f"{found.path}: tidegate {' '.join(words)}: {error.format_message()}")


def understand(words: list[str]) -> None:
    """Parse as the program would, and run nothing. Raises click.UsageError."""
    command: click.Command = cli
    session = Session(Environment(config=Path("nowhere")), _connect, StandingClock())
    context = command.make_context("tidegate", list(words), obj=session)
    while isinstance(command, click.Group):
        rest = [*context._protected_args, *context.args]
        name, found, rest = command.resolve_command(context, rest)
        assert found is not None
        command, context = found, found.make_context(name, rest, parent=context)


def _connect(url: str, insecure: bool) -> NoReturn:
    raise AssertionError("nothing is run")


@each_page
def test_every_command_of_tidegate_that_is_named_is_there_with_its_options(found: Page) -> None:
    for span in found.spans():
        program, _, rest = span.partition(" ")
        if program != "tidegate" or not rest:
            continue
        command: click.Command | None = cli
        words = rest.split()
        while words and isinstance(command, click.Group) and words[0].isalpha():
            command = command.get_command(click.Context(command), words.pop(0))
            assert command is not None, f"{found.path}: `{span}`"
        options = {name for parameter in (command.params if command else ()) for name in parameter.opts}
        named = {word.partition("=")[0] for word in words if re.match(r"-{1,2}[a-z]", word)}
        assert named <= options, f"{found.path}: `{span}`"


@each_page
def test_a_shell_reads_every_block_of_commands(found: Page) -> None:
    for block in found.blocks("sh"):
        if not re.search(r"<[A-Za-z]", block):  # what stands in <> is for the reader to fill in
            assert refusal(block) == "", block


def refusal(script: str) -> str:
    return subprocess.run(["sh", "-n"], input=script, capture_output=True, text=True, check=False).stderr


# Names


def test_every_setting_that_is_named_is_there() -> None:
    known = set(NAME.findall((ROOT / "docs/reference/settings.md").read_text()))
    known |= set(NAME.findall((ROOT / "docs/reference/cli.md").read_text())) | set(outputs())
    named = {(each.path.name, name) for each in PAGES for name in NAME.findall(each.text)}
    assert {(where, name) for where, name in named if name not in known} == set()


def test_every_value_of_the_deployment_that_a_command_reads_is_one_of_its_outputs() -> None:
    read = {name for each in PAGES for name in re.findall(r"\$\{?((?:AZURE|TIDEGATE)_\w+)", each.text)}
    assert read - set(outputs()) == set()
    assert "AZURE_STORAGE_ACCOUNT_NAME" in read


def outputs() -> dict[str, Any]:
    return dict(parsed("main")["outputs"])


def test_every_queue_and_every_secret_of_a_command_is_one_of_the_template() -> None:
    blocks = [block for each in PAGES for block in each.blocks("sh")]
    queues = {name for block in blocks for name in re.findall(r"/queues/([\w-]+)", block)}
    secrets = {
        words[words.index("--name") + 1]
        for block in blocks
        for words in typed(block, "az")
        if words[:3] == ["keyvault", "secret", "set"]
    }
    read = re.findall(r"SecretName=([\w-]+)", json.dumps(variables("site"), default=str))
    assert queues == {"event-grid"}
    assert queues <= set(variables("storage")["queues"])
    assert secrets == set(read)


def test_the_executions_of_an_idle_month_follow_from_the_schedules_of_the_template() -> None:
    text = page("what-runs-where.md").text
    parameters = parsed("main")["parameters"]
    total = 0
    for name in re.findall(r"`(\w+Schedule)`", text):
        minutes = re.fullmatch(r"\d+ \*/(\d+) \* \* \* \*", parameters[name]["default"])
        assert minutes is not None, name
        runs = MINUTES_A_MONTH // int(minutes[1])
        assert re.search(rf"every {minutes[1]} minutes \| `{name}` \| {runs:,} \|", text), name
        total += runs
    assert f"E = {total:,}" in text
    assert f"{total * 2:,} GB-s" in text
