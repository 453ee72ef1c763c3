"""When each timer ran: Azure does not tell the app, and a timer that stands still says nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import msgspec

from shared.domain.record.timer_run import TimerRun
from shared.errors import ConflictError, TidegateError
from shared.ports.clock import Clock
from shared.ports.document_store import Document, DocumentStore
from shared.services.document_rows import scan

log = logging.getLogger(__name__)
_PARTITION = "timers"


class TimerRuns:
    def __init__(self, documents: DocumentStore, clock: Clock) -> None:
        self._documents, self._clock = documents, clock

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        """Run the block and note how it went; what it raises goes on."""
        try:
            yield
        except Exception as error:
            failure = error
            with suppress(TidegateError):  # a store that is away is why the timer fails, as like as not
                self._note(name, lambda run: run.failed(failure))
            raise
        self._note(name, lambda run: run.ran(self._clock.now()))

    def all(self) -> list[TimerRun]:
        return [msgspec.convert(row.body, TimerRun) for row in scan(self._documents, _PARTITION)]

    def _note(self, name: str, change: Callable[[TimerRun], TimerRun]) -> None:
        row = self._documents.get(_PARTITION, name) or Document(_PARTITION, name, {"name": name})
        body = msgspec.to_builtins(change(msgspec.convert(row.body, TimerRun)))
        with suppress(ConflictError):  # another instance has noted a run of the same moment
            self._documents.put(Document(_PARTITION, name, body, row.etag))
