"""Leases in memory."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from uuid import uuid4

from shared.ports.clock import Clock
from shared.ports.lease import Lease

_SHORTEST, _LONGEST = 15, 60


@dataclass(slots=True)
class _Row:
    holder: str = ""
    epoch: int = 0
    seconds: int = 0
    expires_at: float = 0.0


class MemoryLeases:
    """See the port."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._rows: dict[str, _Row] = {}

    def acquire(self, name: str, seconds: int = _LONGEST) -> Lease | None:
        if not _SHORTEST <= seconds <= _LONGEST:
            raise ValueError(f"a lease lasts {_SHORTEST} to {_LONGEST} seconds, not {seconds}")
        now = self._now()
        with self._lock:
            row = self._rows.setdefault(name, _Row())
            if row.expires_at > now:
                return None
            row.holder, row.epoch = uuid4().hex, row.epoch + 1
            row.seconds, row.expires_at = seconds, now + seconds
            return Lease(name, row.holder, row.epoch)

    def renew(self, lease: Lease) -> bool:
        with self._lock:
            row = self._held(lease)
            if row is not None:
                row.expires_at = self._now() + row.seconds
            return row is not None

    def release(self, lease: Lease) -> None:
        with self._lock:
            row = self._held(lease)
            if row is not None:
                row.holder, row.expires_at = "", 0.0

    def release_all(self) -> int:
        """Free every lease; return how many were held."""
        with self._lock:
            held = [row for row in self._rows.values() if row.holder]
            for row in held:
                row.holder, row.expires_at = "", 0.0
            return len(held)

    def _held(self, lease: Lease) -> _Row | None:
        row = self._rows.get(lease.name)
        return row if row and (row.holder, row.epoch) == (lease.holder, lease.epoch) else None

    def _now(self) -> float:
        return self._clock.now().timestamp()
