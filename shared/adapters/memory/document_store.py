"""DocumentStore in memory: bodies are kept as JSON text, so that they behave as if stored."""

from __future__ import annotations

import json
from itertools import count
from threading import Lock

from shared.errors import ConflictError, PayloadTooLargeError
from shared.ports.document_store import Document, DocumentPage

_MAX_BYTES = 1024 * 1024


class MemoryDocumentStore:
    """See the port; keys are ordered by code point."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._rows: dict[str, dict[str, tuple[str, str]]] = {}  # partition → key → (body, etag)
        self._etags = count(1)

    def get(self, partition: str, key: str) -> Document | None:
        with self._lock:
            row = self._rows.get(partition, {}).get(key)
        return Document(partition, key, json.loads(row[0]), row[1]) if row else None

    def put(self, document: Document) -> Document:
        name = _name(document)
        body = _encoded(document)
        with self._lock:
            self._check_etag(document, name)
            etag = str(next(self._etags))
            self._rows.setdefault(document.partition, {})[document.key] = (body, etag)
        return Document(document.partition, document.key, json.loads(body), etag)

    def delete(self, document: Document) -> None:
        name = _name(document)
        with self._lock:
            if document.etag is None:
                raise ConflictError(f"document {name}: has no etag. Read it first")
            self._check_etag(document, name)
            del self._rows[document.partition][document.key]

    def scan(self, partition: str, *, prefix: str = "", limit: int = 1000, token: str = "") -> DocumentPage:
        if limit < 1:
            raise ValueError(f"limit must be at least 1, not {limit}")
        with self._lock:
            rows = sorted(
                (key, row)
                for key, row in self._rows.get(partition, {}).items()
                if key.startswith(prefix) and key > token
            )
        page = tuple(Document(partition, key, json.loads(body), etag) for key, (body, etag) in rows[:limit])
        return DocumentPage(page, token=page[-1].key if len(rows) > limit else "")

    def _check_etag(self, document: Document, name: str) -> None:
        row = self._rows.get(document.partition, {}).get(document.key)
        if document.etag is None and row:
            raise ConflictError(f"document {name}: exists already. Read it and try again")
        if document.etag is not None and (row is None or row[1] != document.etag):
            raise ConflictError(f"document {name}: is no longer at etag {document.etag}. Read it again")


def _name(document: Document) -> str:
    if not document.partition or not document.key:
        raise ValueError(f"a document needs a partition and a key: {document.partition!r}/{document.key!r}")
    return f"{document.partition}/{document.key}"


def _encoded(document: Document) -> str:
    text = json.dumps(document.body, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    size = len(text.encode())
    if size > _MAX_BYTES:
        raise PayloadTooLargeError(
            f"document {_name(document)}: body has {size} bytes, more than {_MAX_BYTES}. Put it into a blob"
        )
    return text
