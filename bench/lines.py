"""How long files and functions are: `python -m bench.lines` prints median and 90th percentile per room."""

from __future__ import annotations

import ast
import statistics
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
TOPS = ("functions", "shared", "host", "sandbox", "tidegate", "kubetools", "infra", "bench", "tests")
DEEPER = {"shared/domain", "shared/adapters"}


@dataclass(slots=True)
class Lengths:
    """Lines of the files and of the functions of one room."""

    files: list[int] = field(default_factory=list)
    functions: list[int] = field(default_factory=list)

    def add(self, path: Path) -> None:
        self.files.append(len(path.read_text().splitlines()))
        self.functions.extend(lines for _, lines in function_lengths(path))


def python_modules(tops: Sequence[str] = TOPS) -> list[Path]:
    """Return the Python files under the given folders of the repository, and function_app.py, in order."""
    app = [path for path in [ROOT / "function_app.py"] if path.exists()]
    return app + [path for top in tops for path in sorted((ROOT / top).rglob("*.py"))]


def function_lengths(path: Path) -> Iterator[tuple[str, int]]:
    """Yield each function of a file with its lines, docstring not counted."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            doc = (first.end_lineno or 0) - first.lineno + 1 if ast.get_docstring(node) else 0
            yield node.name, (node.end_lineno or 0) - node.lineno + 1 - doc


def room_of(path: Path) -> str:
    """Return the room of a file: its top folder and one below, two below for the domain and the adapters."""
    folders = path.relative_to(ROOT).parts[:-1]
    depth = 3 if "/".join(folders[:2]) in DEEPER else 2
    return "/".join(folders[:depth]) or "."


def percentile_90(values: Sequence[int]) -> int:
    """Return the smallest value that at least nine tenths of the values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[-(-9 * len(ordered) // 10) - 1]


def _row(room: str, lengths: Lengths) -> str:
    return f"{room:<28}{_columns(lengths.files)}{_columns(lengths.functions)}"


def _columns(values: list[int]) -> str:
    if not values:
        return f"{0:>9}{'-':>8}{'-':>6}{'-':>6}"
    return f"{len(values):>9}{statistics.median(values):>8g}{percentile_90(values):>6}{max(values):>6}"


def main() -> None:
    """Print one row a room; packages' empty __init__.py files are left out."""
    rooms: defaultdict[str, Lengths] = defaultdict(Lengths)
    product = Lengths()
    for path in python_modules():
        if path.name == "__init__.py":
            continue
        rooms[room_of(path)].add(path)
        if room_of(path).split("/")[0] in {".", "functions", "shared", "host"}:
            product.add(path)
    print(
        f"{'room':<28}{'files':>9}{'median':>8}{'p90':>6}{'max':>6}{'functions':>9}{'median':>8}{'p90':>6}{'max':>6}"
    )
    for room in sorted(rooms):
        print(_row(room, rooms[room]))
    print(_row("product (no tests, sandbox)", product))


if __name__ == "__main__":
    main()
