"""Makes the package for Azure and tries it: `python -m infra.package [--output FILE]`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from infra.archive import Part, parts_of, unpack, write_archive
from infra.staging import CHECKOUT, stage
from infra.trial import try_package

_OUTPUT = CHECKOUT / "dist" / "tidegate.zip"
_SHOWN = 12
_MB = 1_000_000


def main(arguments: Sequence[str]) -> int:
    """Exit status: 0 made and tried, 1 something is missing or the package does not run, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m infra.package", description=__doc__)
    parser.add_argument("--output", type=Path, default=_OUTPUT, help="Default: dist/tidegate.zip.")
    archive: Path = parser.parse_args(arguments).output.resolve()
    with tempfile.TemporaryDirectory() as scratch:
        staged, unpacked = Path(scratch, "staged"), Path(scratch, "unpacked")
        staged.mkdir()
        stage(staged)
        write_archive(staged, archive)
        _say(f"{archive}")
        for line in table(parts_of(archive)):
            _say(line)
        unpack(archive, unpacked)
        for line in try_package(unpacked, Path(scratch, "trial")):
            _say(line)
    return 0


def table(parts: Sequence[Part]) -> list[str]:
    """Sizes in MB, as lines; the smallest parts are added up."""
    rest = parts[_SHOWN:]
    rows = [*parts[:_SHOWN], _sum(f"{len(rest)} smaller libraries", rest), _sum("all", parts)]
    lines = [f"{'part':<40}{'files':>7}{'unpacked MB':>13}{'zipped MB':>11}"]
    return lines + [
        f"{row.name:<40}{row.files:>7}{row.unpacked / _MB:>13.2f}{row.zipped / _MB:>11.2f}" for row in rows
    ]


def _sum(name: str, parts: Sequence[Part]) -> Part:
    return Part(
        name,
        sum(part.files for part in parts),
        sum(part.unpacked for part in parts),
        sum(part.zipped for part in parts),
    )


def _say(text: str) -> None:
    print(f"package: {text}", flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
