"""The stores of one Tidegate, looked at from outside while it runs or after it."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime

from azure.core.exceptions import ResourceNotFoundError

from host.state import open_state
from shared.adapters.azure.storage_account import StorageAccount
from shared.adapters.azure.work_queue import AzureWorkQueue
from shared.adapters.sqlite.work_queue import SqliteWorkQueue
from shared.adapters.system.clock import SystemClock
from shared.homes import AzurePorts, ports_of
from shared.ports.document_store import DocumentStore
from shared.services.application_rows import ApplicationRows
from shared.settings import Settings

_QUEUES = ("work", "events", "work-poison", "events-poison")
_AT_MOST = 32  # Source: Storage queues show no more at once


@dataclass(frozen=True, slots=True)
class Home:
    """`storage` is the account where the state lies, None for SQLite."""

    documents: DocumentStore
    rows: ApplicationRows
    queues: dict[str, SqliteWorkQueue | AzureWorkQueue]
    storage: StorageAccount | None

    def waiting(self) -> int:
        return sum(queue.length() for queue in self.queues.values())

    def is_quiet(self) -> bool:
        """Whether no message waits."""
        return not any(queue.length() for queue in self.queues.values())

    def work(self) -> list[str]:
        """The texts in the work queue. Storage shows only what is due, by its time."""
        queue = self.queues["work"]
        if isinstance(queue, SqliteWorkQueue):
            return [message.text for message in queue.peek(_AT_MOST)]
        assert self.storage is not None
        try:
            found = self.storage.queues.get_queue_client(queue.name).peek_messages(_AT_MOST)
        except ResourceNotFoundError:
            return []
        return [base64.b64decode(message.content).decode() for message in found]

    def timers_fired(self, since: datetime) -> bool:
        return timers_fired(self.documents, since)


def timers_fired(documents: DocumentStore, since: datetime) -> bool:
    """Whether both timers have run since then; who dies has none."""
    rows = [documents.get("host-timers", name) for name in ("drift_timer", "poll_timer")]
    return all(row is not None and datetime.fromisoformat(row.body["last"]) >= since for row in rows)


@contextmanager
def looking_into(settings: Settings) -> Iterator[Home]:
    ports = ports_of(settings)
    account = ports.account if isinstance(ports, AzurePorts) else None
    with open_state(settings, SystemClock()) as state, closing(account or ports._database):
        queues = {}
        for name in _QUEUES:
            queue = state.queues(name)
            assert isinstance(queue, SqliteWorkQueue | AzureWorkQueue)
            queues[name] = queue
        rows = ApplicationRows(ports.documents, ports.blobs)
        yield Home(ports.documents, rows, queues, account)
