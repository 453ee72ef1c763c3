"""The SQLite file: opening, errors, several processes."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from time import monotonic

import pytest

from shared.adapters.sqlite.database import SCHEMA_VERSION, SqliteDatabase
from shared.adapters.sqlite.document_store import SqliteDocumentStore
from shared.adapters.sqlite.lease import SqliteLeases
from shared.adapters.sqlite.work_queue import SqliteWorkQueue
from shared.adapters.system.clock import SystemClock
from shared.errors import UnavailableError
from shared.ports.document_store import Document
from shared.ports.queue_receiver import ReceivedMessage

ROOT = Path(__file__).parents[3]
PRELUDE = """
import sys
from pathlib import Path
from shared.adapters.sqlite.database import SqliteDatabase
from shared.adapters.sqlite.document_store import SqliteDocumentStore
from shared.adapters.sqlite.lease import SqliteLeases
from shared.adapters.sqlite.work_queue import SqliteWorkQueue
from shared.adapters.system.clock import SystemClock
from shared.errors import ConflictError
from shared.ports.document_store import Document
database = SqliteDatabase(Path(sys.argv[1]))
store, leases = SqliteDocumentStore(database), SqliteLeases(database, SystemClock())
queue = SqliteWorkQueue(database, "work", SystemClock())
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "store.db"


@pytest.fixture
def database(path: Path) -> Iterator[SqliteDatabase]:
    with closing(SqliteDatabase(path)) as database:
        yield database


def elsewhere(script: str, path: Path, count: int = 1) -> list[str]:
    """Run the script in `count` processes at once and return what each printed."""
    command = [sys.executable, "-c", PRELUDE + script, str(path)]
    processes = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(count)]
    printed = [process.communicate(timeout=60)[0].strip() for process in processes]
    assert [process.returncode for process in processes] == [0] * count
    return printed


def test_the_file_and_its_folder_are_made(path: Path, database: SqliteDatabase) -> None:
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}
    with database.read("ask") as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert db.execute("PRAGMA synchronous").fetchone() == (1,)


def test_what_was_written_is_there_after_a_new_start(path: Path) -> None:
    for number in range(3):
        with closing(SqliteDatabase(path)) as database:
            SqliteDocumentStore(database).put(Document("p", str(number), {}))
            assert len(SqliteDocumentStore(database).scan("p").documents) == number + 1


def test_many_processes_may_open_a_new_file_at_once(path: Path) -> None:
    script = "import os; store.put(Document('p', str(os.getpid()), {})); print('ok')"
    assert elsewhere(script, path, 6) == ["ok"] * 6
    with closing(SqliteDatabase(path)) as database:
        assert len(SqliteDocumentStore(database).scan("p").documents) == 6


def test_of_many_processes_exactly_one_wins(path: Path, database: SqliteDatabase) -> None:
    script = """
try:
    store.put(Document('p', 'k', {}))
    print('won')
except ConflictError:
    print('lost')
print(leases.acquire('app') is not None)
"""
    printed = sorted(" ".join(each.split()) for each in elsewhere(script, path, 4))
    assert sum("won" in each for each in printed) == 1
    assert sum("True" in each for each in printed) == 1


def test_no_increment_of_many_processes_is_lost(path: Path, database: SqliteDatabase) -> None:
    store = SqliteDocumentStore(database)
    store.put(Document("p", "counter", {"n": 0}))
    script = """
for _ in range(25):
    while True:
        read = store.get('p', 'counter')
        try:
            store.put(Document('p', 'counter', {'n': read.body['n'] + 1}, read.etag))
            break
        except ConflictError:
            pass
"""
    elsewhere(script, path, 4)
    found = store.get("p", "counter")
    assert found is not None
    assert found.body == {"n": 100}


def test_each_message_goes_to_one_of_many_processes(path: Path, database: SqliteDatabase) -> None:
    queue = SqliteWorkQueue(database, "work", SystemClock())
    for number in range(100):
        queue.send(str(number))
    script = """
while message := queue.receive(60):
    assert queue.complete(message)
    print(message.text)
"""
    texts = " ".join(elsewhere(script, path, 3)).split()
    assert sorted(texts, key=int) == [str(number) for number in range(100)]


def test_a_send_of_another_process_wakes_who_waits(path: Path, database: SqliteDatabase) -> None:
    queue = SqliteWorkQueue(database, "work", SystemClock())
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(queue.wait, 60)
        elsewhere("queue.send('x')", path)
        assert waiting.result(60)
    assert queue.receive(30) is not None


def test_another_instance_in_this_process_wakes_who_waits_at_once(
    path: Path, database: SqliteDatabase
) -> None:
    with closing(SqliteDatabase(path)) as other:
        assert other.signal("queue work") is database.signal("queue work")
        assert other.signal("queue events") is not database.signal("queue work")


def test_a_failed_transaction_leaves_nothing(database: SqliteDatabase) -> None:
    def fail() -> None:
        with database.write("test") as db:
            db.execute("INSERT INTO document VALUES ('p', 'k', '{}', '1')")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert SqliteDocumentStore(database).get("p", "k") is None


def test_a_reader_of_another_thread_does_not_see_an_open_transaction(database: SqliteDatabase) -> None:
    inserted, go_on = threading.Event(), threading.Event()

    def write() -> None:
        with database.write("test") as db:
            db.execute("INSERT INTO document VALUES ('p', 'k', '{}', '1')")
            inserted.set()
            go_on.wait(0.1)
            raise ZeroDivisionError

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        assert inserted.wait(30)
        assert SqliteDocumentStore(database).get("p", "k") is None
        assert isinstance(writing.exception(30), ZeroDivisionError)


def test_a_writer_waits_for_another_connection_then_says_that_it_could_not(path: Path) -> None:
    with (
        closing(SqliteDatabase(path, busy_timeout_seconds=0.05)) as database,
        closing(sqlite3.connect(path, isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(UnavailableError, match=r"put p/k: database is locked"):
            SqliteDocumentStore(database).put(Document("p", "k", {}))
        other.execute("ROLLBACK")
        assert SqliteDocumentStore(database).put(Document("p", "k", {})).etag


def test_a_file_that_is_no_database_is_named(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("this is not a database, whatever its name says" * 100)
    with pytest.raises(UnavailableError, match=r"store\.db.*not a database"):
        SqliteDatabase(path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UnavailableError, match="cannot be opened"):
        SqliteDatabase(tmp_path / "file" / "store.db")


def test_a_file_of_a_newer_tidegate_is_left_alone(path: Path, database: SqliteDatabase) -> None:
    with database.write("pretend") as db:
        db.execute(f"PRAGMA user_version={SCHEMA_VERSION + 1}")
    with pytest.raises(UnavailableError, match="Start the newer Tidegate"):
        SqliteDatabase(path)


LOST = ReceivedMessage("1", "x", 1, "r")
CALLS: dict[str, Callable[[SqliteDatabase], object]] = {
    "get": lambda db: SqliteDocumentStore(db).get("p", "k"),
    "put": lambda db: SqliteDocumentStore(db).put(Document("p", "k", {})),
    "delete": lambda db: SqliteDocumentStore(db).delete(Document("p", "k", {}, "1")),
    "scan": lambda db: SqliteDocumentStore(db).scan("p"),
    "send": lambda db: SqliteWorkQueue(db, "work", SystemClock()).send("x"),
    "receive": lambda db: SqliteWorkQueue(db, "work", SystemClock()).receive(30),
    "complete": lambda db: SqliteWorkQueue(db, "work", SystemClock()).complete(LOST),
    "abandon": lambda db: SqliteWorkQueue(db, "work", SystemClock()).abandon(LOST, timedelta(0)),
    "wait": lambda db: SqliteWorkQueue(db, "work", SystemClock()).wait(1),
    "length": lambda db: SqliteWorkQueue(db, "work", SystemClock()).length(),
    "peek": lambda db: SqliteWorkQueue(db, "work", SystemClock()).peek(),
    "acquire": lambda db: SqliteLeases(db, SystemClock()).acquire("app"),
    "release_all": lambda db: SqliteLeases(db, SystemClock()).release_all(),
}


@pytest.mark.parametrize("call", CALLS)
def test_whatever_goes_wrong_is_an_unavailable_store(path: Path, call: str) -> None:
    database = SqliteDatabase(path)
    database.close()
    database.close()
    with pytest.raises(UnavailableError, match=r"SQLite store .*store\.db"):
        CALLS[call](database)


def test_a_killed_process_leaves_what_it_had_committed(path: Path) -> None:
    script = """
for n in range(10_000):
    queue.send(str(n))
    print(n, flush=True)
"""
    command = [sys.executable, "-c", PRELUDE + script, str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        deadline = monotonic() + 60
        while int(process.stdout.readline()) < 50:
            assert monotonic() < deadline
        process.kill()
        sent = 50 + len(process.stdout.readlines())
    with closing(SqliteDatabase(path)) as database:
        lying = SqliteWorkQueue(database, "work", SystemClock()).length()
        assert lying >= sent + 1
        with database.read("check") as db:
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
