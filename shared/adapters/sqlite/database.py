"""One SQLite file: opened once, safe between threads and processes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Condition, Lock, RLock
from weakref import WeakValueDictionary

from shared.errors import UnavailableError

SCHEMA_VERSION = 1
_SCHEMA = (
    """CREATE TABLE IF NOT EXISTS document (
        partition TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL, etag TEXT NOT NULL,
        PRIMARY KEY (partition, key)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS message (
        id INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, text TEXT NOT NULL,
        sent_at REAL NOT NULL, due_at REAL NOT NULL, dequeue_count INTEGER NOT NULL DEFAULT 0,
        receipt TEXT NOT NULL DEFAULT '', hint TEXT NOT NULL DEFAULT '')""",
    "CREATE INDEX IF NOT EXISTS message_by_due ON message (queue, due_at, id)",
    """CREATE TABLE IF NOT EXISTS lease (
        name TEXT PRIMARY KEY, holder TEXT NOT NULL, epoch INTEGER NOT NULL,
        seconds INTEGER NOT NULL, expires_at REAL NOT NULL) WITHOUT ROWID""",
)


class Signal:
    """A counter to wait on: nothing sent between a look and the wait is missed."""

    def __init__(self) -> None:
        self._condition = Condition()
        self._count = 0

    @property
    def count(self) -> int:
        with self._condition:
            return self._count

    def notify(self) -> None:
        with self._condition:
            self._count += 1
            self._condition.notify_all()

    def wait_after(self, seen: int, timeout: float) -> None:
        """Return once the count differs from `seen`, or after `timeout` seconds."""
        with self._condition:
            self._condition.wait_for(lambda: self._count != seen, timeout)


_SIGNALS: WeakValueDictionary[tuple[Path, str], Signal] = WeakValueDictionary()
_SIGNALS_LOCK = Lock()


class SqliteDatabase:
    """A database in WAL mode behind one guarded connection; makes its directory and tables when absent.

    A commit survives the death of the process; the last ones may be lost when the machine loses power
    (synchronous=NORMAL), the file itself stays sound. Raises UnavailableError when it cannot be opened.
    """

    def __init__(self, path: Path | str, *, busy_timeout_seconds: float = 10.0) -> None:
        self.path = Path(path)
        self._lock = RLock()  # one transaction at a time: a rollback must not undo another thread's write
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.path.touch(mode=0o600)  # SQLite would make it readable by all
            self._db = sqlite3.connect(
                self.path, timeout=busy_timeout_seconds, isolation_level=None, check_same_thread=False
            )
        except (OSError, sqlite3.Error) as error:
            raise UnavailableError(f"SQLite store {self.path}: cannot be opened: {error}") from error
        try:
            self._prepare()
        except BaseException:
            self._db.close()
            raise

    def _prepare(self) -> None:
        with self.read("switch to WAL") as db:
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA synchronous=NORMAL")
        with self.write("create tables") as db:
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version > SCHEMA_VERSION:
                raise UnavailableError(
                    f"SQLite store {self.path}: schema version {version} is newer than {SCHEMA_VERSION}. "
                    "Start the newer Tidegate, or choose another home"
                )
            for statement in _SCHEMA:
                db.execute(statement)
            db.execute(f"PRAGMA user_version={SCHEMA_VERSION}")

    @contextmanager
    def write(self, doing: str) -> Iterator[sqlite3.Connection]:
        """One transaction: commit at the end, roll back on any error; sqlite3's errors are translated."""
        with self.read(doing) as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    @contextmanager
    def read(self, doing: str) -> Iterator[sqlite3.Connection]:
        """The connection for statements that need no transaction; `doing` goes into errors."""
        try:
            with self._lock:
                yield self._db
        except sqlite3.Error as error:
            raise UnavailableError(f"SQLite store {self.path}, {doing}: {error}") from error

    def outside_changes(self) -> int:
        """A number that differs after another process has written."""
        with self.read("look for changes") as db:
            return int(db.execute("PRAGMA data_version").fetchone()[0])

    def signal(self, name: str) -> Signal:
        """The signal of that name: one for all in this process who have opened this file."""
        with _SIGNALS_LOCK:
            return _SIGNALS.setdefault((self.path.resolve(), name), Signal())

    def close(self) -> None:
        """Close the file. Later calls raise UnavailableError. Safe to call twice."""
        with self._lock:
            self._db.close()
