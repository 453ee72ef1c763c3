"""Numbers every effect on the outside, writes it down, and dies at the one it was told."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

DEATH = 86
_DIGEST = re.compile(r"[0-9a-f]{16,}")


@dataclass(frozen=True, slots=True)
class Effect:
    """One write that outlives the process. `what` holds no token or digest: it is the same in every run."""

    number: int
    kind: str
    what: str


class Recorder:
    """`at` 0 never dies. `name` is what differs from run to run (it is written as `…`)."""

    def __init__(self, journal: Path, *, name: str, at: int = 0, side: str = "") -> None:
        self._journal = os.open(journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._name, self._at, self._side = name, at, side
        self._lock, self._count = Lock(), 0

    @contextmanager
    def effect(self, kind: str, what: str) -> Iterator[None]:
        """Surround one effect."""
        number = self._next(kind, what)
        self._die_if(number, "before")
        yield
        self._die_if(number, "after")

    def _next(self, kind: str, what: str) -> int:
        what = _DIGEST.sub("#", what.replace(self._name, "…"))
        with self._lock:
            self._count += 1
            os.write(self._journal, f"{self._count}\t{kind}\t{what}\n".encode())
            return self._count

    def _die_if(self, number: int, side: str) -> None:
        """No handler runs, nothing is flushed or released: as if the machine had taken the process away."""
        if (number, side) == (self._at, self._side):
            os._exit(DEATH)


def read_journal(path: Path) -> list[Effect]:
    """The effects in their order; none when nothing happened."""
    lines = path.read_text().splitlines() if path.exists() else []
    return [Effect(int(number), kind, what) for number, kind, what in (line.split("\t") for line in lines)]
