"""What survives a restart of a sandbox cluster: its objects, its newest resourceVersion, its secrets.

A change is written before anybody hears of it, so that a version is never given out twice. The history of
changes is not kept: watches from before a restart begin anew (410), as after etcd's compaction.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Protocol

import orjson

from sandbox.cluster.store import Change, Event, Stored

_SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    resource TEXT, namespace TEXT, name TEXT, version INTEGER, body BLOB,
    PRIMARY KEY (resource, namespace, name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
"""
_KEEP = "INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?)"
_DROP = "DELETE FROM objects WHERE resource = ? AND namespace = ? AND name = ?"
_FACT = "INSERT OR REPLACE INTO facts VALUES (?, ?)"
_VERSION = "resourceVersion"


class State(Protocol):
    """Where a cluster keeps what it must not lose. Safe to share between threads."""

    def objects(self) -> tuple[list[Stored], int]:
        """Every object, oldest change first, and the newest resourceVersion; 0 for a new cluster."""
        ...

    def see(self, event: Event) -> None:
        """Keep one change."""
        ...

    def fact(self, name: str, make: Callable[[], str]) -> str:
        """Return a text that is made once in the life of a cluster."""
        ...

    def close(self) -> None: ...


class PassingState:
    """Keeps facts while the process lives, and nothing else."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._facts: dict[str, str] = {}

    def objects(self) -> tuple[list[Stored], int]:
        return [], 0

    def see(self, event: Event) -> None:
        pass

    def fact(self, name: str, make: Callable[[], str]) -> str:
        with self._lock:
            if name not in self._facts:
                self._facts[name] = make()
            return self._facts[name]

    def close(self) -> None:
        pass


class StateFile:
    """Keeps all of it in one SQLite file, mode 0600: Secrets are in it."""

    def __init__(self, path: Path) -> None:
        """Raises sqlite3.Error when the file cannot be opened, or is something else."""
        path.touch(mode=0o600)
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        # a killed process loses nothing, a killed machine may lose the last moment: it is a sandbox
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.executescript(_SCHEMA)

    def objects(self) -> tuple[list[Stored], int]:
        query = "SELECT resource, namespace, name, version, body FROM objects ORDER BY version"
        with self._lock, closing(self._db.execute(query)) as rows:
            found = [Stored(row[0], (row[1], row[2]), row[3], orjson.loads(row[4])) for row in rows]
        return found, int(self._known(_VERSION) or "0")

    def see(self, event: Event) -> None:
        stored = event.object
        with self._lock:
            self._db.execute("BEGIN")
            if event.change is Change.DELETED:
                self._db.execute(_DROP, (stored.resource, *stored.key))
            else:
                self._db.execute(_KEEP, (stored.resource, *stored.key, stored.version, stored.encoded))
            self._db.execute(_FACT, (_VERSION, str(stored.version)))
            self._db.execute("COMMIT")

    def fact(self, name: str, make: Callable[[], str]) -> str:
        known = self._known(name)
        if known is None:
            known = make()
            with self._lock:
                self._db.execute(_FACT, (name, known))
        return known

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def _known(self, name: str) -> str | None:
        query = "SELECT value FROM facts WHERE name = ?"
        with self._lock, closing(self._db.execute(query, (name,))) as rows:
            row = rows.fetchone()
        return None if row is None else str(row[0])


def state_at(path: Path | None) -> State:
    """The state in a file, or one that passes with the process."""
    return PassingState() if path is None else StateFile(path)
