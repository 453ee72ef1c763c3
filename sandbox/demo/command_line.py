"""The command line of this checkout, as people run it: a program of its own, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = "build/bin/tidegate"
_LONGEST_SECONDS = 120


def write_program(path: Path) -> Path:
    """Write the program `tidegate`, as `make install` does."""
    command = [sys.executable, "-m", "tidegate.launcher", str(path)]
    subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603 our own interpreter and module
    return path


@dataclass(frozen=True, slots=True)
class CommandLine:
    """Runs `program` with `control` as the control URL and `home` as the folder of whoever types."""

    program: Path
    control: str
    home: Path

    def __call__(self, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """Run one command; `given` is its standard input. Raises TimeoutExpired after two minutes."""
        return subprocess.run(  # noqa: S603 our own program
            [str(self.program), *words],
            input=given,
            capture_output=True,
            text=True,
            env={"HOME": str(self.home), "TIDEGATE_SANDBOX": self.control},
            cwd=self.home,
            timeout=_LONGEST_SECONDS,
            check=False,
        )
