"""CPU of importing function_app beyond azure.functions: bar < 300 ms (a cold start pays it each time).

Each figure is a fresh interpreter with a warm file cache. The list names the heaviest modules of one more
run with -X importtime, by their own time.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.figures import line, say

_ROOT = Path(__file__).parents[1]
_TIMES, _HEAVIEST = 7, 12
_CPU = """
import time
import azure.functions
before = time.process_time()
import function_app
print(time.process_time() - before)
"""
_MODULES = "import azure.functions, sys; print('BEYOND', file=sys.stderr); import function_app"


def main() -> int:
    """Exit status 0; raises CalledProcessError when function_app cannot be imported."""
    with tempfile.TemporaryDirectory() as home:
        _run([], _CPU, home)  # the first one compiles
        values = [float(_run([], _CPU, home).stdout) * 1000 for _ in range(_TIMES)]
        say(line("import of function_app, CPU", values, "ms", "< 300 ms"))
        beyond = _run(["-X", "importtime"], _MODULES, home).stderr.partition("BEYOND")[2]
    for own_ms, name in _heaviest(beyond.splitlines()):
        say(f"  {own_ms:7.2f} ms  {name}")
    return 0


def _run(flags: Sequence[str], code: str, home: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *flags, "-c", code],
        cwd=_ROOT,
        env={"TIDEGATE_HOME": home, "PATH": ""},
        check=True,
        capture_output=True,
        text=True,
    )


def _heaviest(lines: Sequence[str]) -> list[tuple[float, str]]:
    rows = [row.removeprefix("import time:").split("|") for row in lines if row.startswith("import time:")]
    found = [(int(own) / 1000, name.strip()) for own, _, name in rows if own.strip().isdecimal()]
    return sorted(found, reverse=True)[:_HEAVIEST]


if __name__ == "__main__":
    sys.exit(main())
