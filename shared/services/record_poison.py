"""Use case: a message met a bug so often that the queue gave it up; keep it where people see it."""

from __future__ import annotations

import logging

from shared.ports.clock import Clock
from shared.ports.document_store import Document, DocumentStore
from shared.ports.random import Random

log = logging.getLogger(__name__)


class RecordPoison:
    def __init__(self, documents: DocumentStore, clock: Clock, random: Random) -> None:
        self._documents, self._clock, self._random = documents, clock, random

    def __call__(self, queue: str, text: str) -> None:
        """Keep the message; the traceback is in the log of the function that failed."""
        now = self._clock.now()
        body = {"queue": queue, "text": text, "at": now.isoformat()}
        self._documents.put(Document("poison", f"{now.isoformat()}-{self._random.token()[:8]}", body))
        log.error("message given up", extra={"queue": queue})
