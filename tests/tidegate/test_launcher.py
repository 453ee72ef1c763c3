"""The program that `make install` leaves in build/bin."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tidegate.launcher import write_launcher


def test_it_runs_from_any_folder_whatever_lies_there(tmp_path: Path) -> None:
    program = tmp_path / "a folder" / "tidegate"
    write_launcher(program, sys.executable)
    (tmp_path / "json.py").write_text("raise SystemExit('the wrong module')\n")
    (tmp_path / "tidegate.py").write_text("raise SystemExit('the wrong module')\n")
    run = subprocess.run(
        [program, "version", "--client"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "tidegate: v0.1.0\n", "")
