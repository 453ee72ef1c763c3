"""`python -m bench` lists the measurements of this folder and runs them; with names it runs those."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def measurements() -> dict[str, str]:
    """Return each measurement's name and the first line of its docstring: the modules with a `main`."""
    found = {}
    for path in sorted(HERE.glob("*.py")):
        tree = ast.parse(path.read_text())
        if path.stem != "__main__" and any(
            isinstance(n, ast.FunctionDef) and n.name == "main" for n in tree.body
        ):
            found[path.stem] = (ast.get_docstring(tree) or "").partition("\n")[0]
    return found


def main(names: list[str]) -> int:
    """Run the named measurements (none named: all), each in a process of its own; return how many failed."""
    known = measurements()
    for name, words in known.items():
        print(f"  {name:<16} {words}")
    if unknown := [name for name in names if name not in known]:
        print(f"No measurement {', '.join(unknown)} in bench/", file=sys.stderr)
        return 2
    failed = 0
    for name in names or known:
        print(f"\n==> python -m bench.{name}", flush=True)
        failed += subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
