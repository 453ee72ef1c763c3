"""Where the host takes its queues from, and remembers its timers: SQLite, or a storage account."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial

from host.queue_listener import Queues
from shared.adapters.sqlite.database import SqliteDatabase
from shared.adapters.sqlite.document_store import SqliteDocumentStore
from shared.adapters.sqlite.lease import SqliteLeases
from shared.adapters.sqlite.work_queue import SqliteWorkQueue
from shared.homes import storage_account
from shared.ports.clock import Clock
from shared.ports.document_store import DocumentStore
from shared.settings import Settings, StateHome


@dataclass(frozen=True, slots=True)
class HostState:
    """`recover` is told the names of the host's queues before it starts: what a killed process held is freed.

    Storage has no such thing: claims and leases end by themselves within a minute.
    """

    queues: Queues
    documents: DocumentStore
    recover: Callable[[Iterable[str]], None]


@contextmanager
def open_state(settings: Settings, clock: Clock) -> Iterator[HostState]:
    """Open the state that the settings choose, and close it at the end."""
    if settings.state is StateHome.SQLITE:
        with closing(SqliteDatabase(settings.home / "tidegate.db")) as database:
            yield _in_sqlite(database, clock)
        return
    from shared.adapters.azure.document_store import TableDocumentStore
    from shared.adapters.azure.work_queue import AzureWorkQueue

    with closing(storage_account(settings)) as account:
        yield HostState(partial(AzureWorkQueue, account), TableDocumentStore(account), lambda _: None)


def _in_sqlite(database: SqliteDatabase, clock: Clock) -> HostState:
    queues = partial(SqliteWorkQueue, database, clock=clock)

    def recover(names: Iterable[str]) -> None:
        SqliteLeases(database, clock).release_all()
        for name in names:
            queues(name).requeue_claimed()

    return HostState(queues, SqliteDocumentStore(database), recover)
