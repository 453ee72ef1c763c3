"""Use case: write down who changed what."""

from __future__ import annotations

import msgspec

from shared.domain.record.audit_entry import AuditEntry
from shared.ports.clock import Clock
from shared.ports.document_store import Document, DocumentStore
from shared.ports.random import Random

_PARTITION = "audit"


class RecordAudit:
    """Append-only: a row a change, in the order of time; nothing here updates or deletes one."""

    def __init__(self, documents: DocumentStore, clock: Clock, random: Random) -> None:
        self._documents, self._clock, self._random = documents, clock, random

    def __call__(self, who: str, what: str, subject: str, detail: str = "", trace: str = "") -> None:
        now = self._clock.now()
        entry = AuditEntry(now, who, what, subject, detail, trace)
        # no sign that a URL reads as another: the key is also the token of the next page
        key = f"{now:%Y%m%dT%H%M%S.%fZ}-{self._random.token()[:8]}"
        self._documents.put(Document(_PARTITION, key, msgspec.to_builtins(entry)))

    def entries(self, *, limit: int = 1000, token: str = "") -> tuple[list[AuditEntry], str]:
        """A page of entries, oldest first, and the token of the next page."""
        page = self._documents.scan(_PARTITION, limit=limit, token=token)
        return [msgspec.convert(document.body, AuditEntry) for document in page.documents], page.token
