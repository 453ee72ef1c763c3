"""The import contracts of pyproject.toml, for `make test`; `make check` runs them by themselves."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bench.lines import ROOT


@pytest.mark.slow
def test_every_import_contract_is_kept() -> None:
    # a process of its own: import-linter switches off the loggers of the process that it runs in
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as run; run()",
        "--no-cache",
    ]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr
    assert "0 broken" in found.stdout
