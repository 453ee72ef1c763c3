"""CPU and memory of a process and its children, as /proc tells them."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_UTIME, _CUTIME = 11, 13  # fields after the name in parentheses, from 0


@dataclass(frozen=True, slots=True)
class Usage:
    """`cpu_seconds` since the start, user and system; `resident_mib` now."""

    cpu_seconds: float
    resident_mib: float


def usage(pid: int) -> Usage:
    """What one process used, and children of it that have ended. Raises FileNotFoundError if it is gone."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ticks = sum(int(field) for field in fields[_UTIME : _CUTIME + 2])
    resident = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return Usage(ticks / _TICKS, resident / 2**20)


def children(pid: int) -> list[int]:
    """The living children of a process."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError):  # a thread that has just ended
            found += [int(child) for child in (task / "children").read_text().split()]
    return sorted(found)


def usage_of_children(pid: int) -> Usage:
    """The sum over the living children."""
    each = [usage(child) for child in children(pid)]
    return Usage(sum(one.cpu_seconds for one in each), sum(one.resident_mib for one in each))
