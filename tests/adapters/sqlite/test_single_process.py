"""One process alone in a home."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from shared.adapters.sqlite.single_process import SingleProcess
from shared.errors import ConflictError, UnavailableError

ROOT = Path(__file__).parents[3]
HOLD = """
import sys, time
from shared.adapters.sqlite.single_process import SingleProcess
hold = SingleProcess(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""


def test_the_second_is_refused_and_told_the_pid_of_the_first(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(ConflictError, match=rf"process {process.pid} uses it already"):
            SingleProcess(tmp_path)
        process.kill()
        process.wait()
        with SingleProcess(tmp_path):
            assert (tmp_path / "host.lock").read_text() == f"{os.getpid()}\n"


def test_a_closed_one_lets_the_next_in(tmp_path: Path) -> None:
    first = SingleProcess(tmp_path / "home")
    with pytest.raises(ConflictError, match=f"process {os.getpid()}"):
        SingleProcess(tmp_path / "home")
    first.close()
    first.close()
    SingleProcess(tmp_path / "home").close()


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UnavailableError, match="cannot be locked"):
        SingleProcess(tmp_path / "file")
