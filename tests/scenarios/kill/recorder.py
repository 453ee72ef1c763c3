"""Numbers every effect on the outside, writes it down, and dies at the one it was told."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, local

from shared.adapters.azure.storage_account import StorageCall

DEATH = 86
_FURTHER = "further request"
_READS = {"GET", "HEAD"}
_DIGEST = re.compile(r"[0-9a-f]{16,}")


@dataclass(frozen=True, slots=True)
class Effect:
    """One write that outlives the process. `what` holds no token or digest: it is the same in every run."""

    number: int
    kind: str
    what: str

    @property
    def further(self) -> bool:
        """Whether it is not the first request of an effect, but one that the adapter sends after it."""
        return self.kind == _FURTHER

    @property
    def sides(self) -> tuple[str, ...]:
        """Where to die. After a further request comes the next one, or the end of its effect."""
        return ("before",) if self.further else ("before", "after")


class Recorder:
    """`at` 0 never dies. `name` is what differs from run to run (it is written as `…`)."""

    def __init__(self, journal: Path, *, name: str, at: int = 0, side: str = "") -> None:
        self._journal = os.open(journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._name, self._at, self._side = name, at, side
        self._lock, self._count = Lock(), 0
        self._thread = local()

    @contextmanager
    def effect(self, kind: str, what: str) -> Iterator[None]:
        """Surround one effect."""
        number = self._next(kind, what)
        self._die_if(number, "before")
        self._thread.writes = 0
        try:
            yield
        finally:
            self._thread.writes = None
        self._die_if(number, "after")

    def request(self, call: StorageCall) -> None:
        """One request to the storage account: what an effect writes after its first write has a number."""
        writes = getattr(self._thread, "writes", None)
        if writes is None or call.method in _READS:
            return
        self._thread.writes = writes + 1
        if writes:
            self._die_if(self._next(_FURTHER, _described(call)), "before")

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


def _described(call: StorageCall) -> str:
    """Without the account and the names below the container, the queue or the table."""
    place = call.path.split("/")[2].partition("(")[0]
    return " ".join([call.service, call.method, place, *re.findall(r"comp=\w+", call.query)])


def read_journal(path: Path) -> list[Effect]:
    """The effects in their order; none when nothing happened."""
    lines = path.read_text().splitlines() if path.exists() else []
    return [Effect(int(number), kind, what) for number, kind, what in (line.split("\t") for line in lines)]
