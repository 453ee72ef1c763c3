"""Leases on SQLite."""

from __future__ import annotations

from uuid import uuid4

from shared.adapters.sqlite.database import SqliteDatabase
from shared.ports.clock import Clock
from shared.ports.lease import Lease

_SHORTEST, _LONGEST = 15, 60
_ACQUIRE = """INSERT INTO lease (name, holder, epoch, seconds, expires_at) VALUES (?1, ?2, 1, ?3, ?4 + ?3)
    ON CONFLICT (name) DO UPDATE
    SET holder = ?2, epoch = lease.epoch + 1, seconds = ?3, expires_at = ?4 + ?3
    WHERE lease.expires_at <= ?4 RETURNING epoch"""
_RENEW = "UPDATE lease SET expires_at = ? + seconds WHERE name = ? AND holder = ? AND epoch = ?"
_RELEASE = "UPDATE lease SET holder = '', expires_at = 0 WHERE name = ? AND holder = ? AND epoch = ?"
_RELEASE_ALL = "UPDATE lease SET holder = '', expires_at = 0 WHERE holder <> ''"


class SqliteLeases:
    """See the port. Rows stay after a release: their epochs must go on growing."""

    def __init__(self, database: SqliteDatabase, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def acquire(self, name: str, seconds: int = _LONGEST) -> Lease | None:
        if not _SHORTEST <= seconds <= _LONGEST:
            raise ValueError(f"a lease lasts {_SHORTEST} to {_LONGEST} seconds, not {seconds}")
        holder = uuid4().hex  # one for each acquisition: two threads of a process exclude each other, too
        with self._database.write(f"acquire lease {name}") as db:
            rows = db.execute(_ACQUIRE, (name, holder, seconds, self._now())).fetchall()
        return Lease(name, holder, rows[0][0]) if rows else None

    def renew(self, lease: Lease) -> bool:
        with self._database.write(f"renew lease {lease.name}") as db:
            row = (self._now(), lease.name, lease.holder, lease.epoch)
            return db.execute(_RENEW, row).rowcount == 1

    def release(self, lease: Lease) -> None:
        with self._database.write(f"release lease {lease.name}") as db:
            db.execute(_RELEASE, (lease.name, lease.holder, lease.epoch))

    def release_all(self) -> int:
        """Free what a killed process still holds; return how many.

        Only for the one process of the embedded home, at its start (SingleProcess proves that).
        """
        with self._database.write("release all leases") as db:
            return db.execute(_RELEASE_ALL).rowcount

    def _now(self) -> float:
        return self._clock.now().timestamp()
