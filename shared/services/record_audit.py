"""Use case: write down who changed what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from shared.domain.record.audit_entry import AuditEntry
from shared.log import bound
from shared.ports.clock import Clock
from shared.ports.document_store import Document, DocumentStore
from shared.ports.random import Random

_PARTITION = "audit"
_SCANS = 50


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Every field that is not empty has to fit; of `what` and `subject` a beginning does (`application.`)."""

    who: str = ""
    what: str = ""
    subject: str = ""
    since: datetime | None = None

    def takes(self, entry: AuditEntry) -> bool:
        return (
            self.who in ("", entry.who)
            and entry.what.startswith(self.what)
            and entry.subject.startswith(self.subject)
            and (self.since is None or entry.at >= self.since)
        )


class RecordAudit:
    """Append-only: a row a change, in the order of time; nothing here updates or deletes one."""

    def __init__(self, documents: DocumentStore, clock: Clock, random: Random) -> None:
        self._documents, self._clock, self._random = documents, clock, random

    def __call__(self, who: str, what: str, subject: str, detail: str = "", trace: str = "") -> None:
        """Without `trace` it is the one that is bound: that of the request."""
        now = self._clock.now()
        entry = AuditEntry(now, who, what, subject, detail, trace or bound("trace"))
        # no sign that a URL reads as another: the key is also the token of the next page
        key = f"{now:%Y%m%dT%H%M%S.%fZ}-{self._random.token()[:8]}"
        self._documents.put(Document(_PARTITION, key, msgspec.to_builtins(entry)))

    def entries(
        self, *, limit: int = 1000, token: str = "", wanted: AuditFilter = AuditFilter()
    ) -> tuple[list[AuditEntry], str]:
        """A page of entries that fit, oldest first, and the token of the next page ("" at the end).

        A page may hold fewer than `limit` though more follow: many that do not fit were passed over.
        """
        token = token or (f"{wanted.since.astimezone(UTC):%Y%m%dT%H%M%S.%f}" if wanted.since else "")
        found: list[AuditEntry] = []
        for _ in range(_SCANS):
            page = self._documents.scan(_PARTITION, limit=limit - len(found), token=token)
            entries = (msgspec.convert(document.body, AuditEntry) for document in page.documents)
            found += [entry for entry in entries if wanted.takes(entry)]
            token = page.token
            if not token or limit - len(found) <= limit // 2:
                break
        return found, token
