"""`python -m tidegate.launcher FILE`: a program that runs this checkout's command line."""

from __future__ import annotations

import sys
from pathlib import Path

# sh starts the interpreter: its path may be long or hold spaces, which a first line with #! cannot
_PROGRAM = """\
#!/bin/sh
'''exec' "{python}" -I "$0" "$@"
'''
import sys

sys.path.insert(0, "{root}")
from tidegate.main import main

main()
"""


def write_launcher(path: Path, python: str) -> None:
    """Write the program; `-I` keeps the folder where it is called, and its modules, out of the way."""
    root = Path(__file__).resolve().parents[1]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_PROGRAM.format(python=python, root=root))
    path.chmod(0o755)


if __name__ == "__main__":
    write_launcher(Path(sys.argv[1]), sys.executable)
