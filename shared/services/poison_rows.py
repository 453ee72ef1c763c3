"""Messages that the queues gave up, and why their functions failed, in and out of the store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec

from shared.domain.record.poison_message import FailureReason, PoisonMessage, id_of
from shared.ports.document_store import Document, DocumentStore
from shared.services.document_rows import alter, remove, scan, upsert

_MESSAGES, _FAILURES = "poison", "failures"
_KEPT = timedelta(days=1)
_LOOKED_AT = 50


class PoisonRows:
    """Rows `poison` / id and `failures` / id: why the message failed last, until it is given up or is old."""

    def __init__(self, documents: DocumentStore) -> None:
        self._documents = documents

    def add(self, queue: str, text: str, now: datetime) -> PoisonMessage:
        """Keep a message once, however often the queue gives it up."""
        key = id_of(queue, text)
        reason = self._failure(key)

        def kept(row: Document | None) -> dict[str, Any]:
            if row is None:
                message = PoisonMessage(key, queue, text, now, now, reason=reason)
            else:
                message = _message(row).again(now, reason)
            body: dict[str, Any] = msgspec.to_builtins(message)
            return body

        written = alter(self._documents, _MESSAGES, key, kept)
        remove(self._documents, _FAILURES, key)
        return msgspec.convert(written, PoisonMessage)

    def get(self, id: str) -> PoisonMessage | None:
        found = self._documents.get(_MESSAGES, id)
        return _message(found) if found else None

    def page(self, limit: int, token: str = "") -> tuple[list[PoisonMessage], str]:
        """Messages in the order of their ids, and the token of the next page ("" at the end)."""
        page = self._documents.scan(_MESSAGES, limit=limit, token=token)
        return [_message(row) for row in page.documents], page.token

    def all(self) -> Iterator[PoisonMessage]:
        return map(_message, scan(self._documents, _MESSAGES))

    def remove(self, id: str) -> None:
        remove(self._documents, _MESSAGES, id)

    def note(self, queue: str, text: str, reason: FailureReason) -> None:
        """Remember why a message failed, in case that it is given up; forget some that were not."""
        upsert(self._documents, _FAILURES, id_of(queue, text), msgspec.to_builtins(reason))
        if reason.at is None:
            return
        for row in self._documents.scan(_FAILURES, limit=_LOOKED_AT).documents:
            noted = msgspec.convert(row.body, FailureReason).at
            if noted is not None and noted < reason.at - _KEPT:
                remove(self._documents, _FAILURES, row.key)

    def _failure(self, key: str) -> FailureReason | None:
        found = self._documents.get(_FAILURES, key)
        return msgspec.convert(found.body, FailureReason) if found else None


def _message(row: Document) -> PoisonMessage:
    at = row.body.get("at", "")  # a row of version 0.1.0 has one time, and its key for an id
    return msgspec.convert({"id": row.key, "first_at": at, "last_at": at, **row.body}, PoisonMessage)
