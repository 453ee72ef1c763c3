"""Port: small JSON documents with optimistic concurrency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Document:
    """One stored JSON object. `etag` changes on every write; None means "not stored yet"."""

    partition: str
    key: str
    body: dict[str, Any]
    etag: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """`token` continues the scan; "" means that this was the last page."""

    documents: tuple[Document, ...]
    token: str = ""


class DocumentStore(Protocol):
    """Adapters: sqlite, memory, Azure tables. Safe to share between threads and processes.

    Partitions and keys are any non-empty text (`/ # ?` included). Bodies are JSON up to 1 MiB.
    tests/contracts/test_document_store.py is the definition; this is its summary.
    Every method raises UnavailableError when the store cannot be reached.
    """

    def get(self, partition: str, key: str) -> Document | None: ...

    def put(self, document: Document) -> Document:
        """Write the document and return it with its new etag.

        Raises ConflictError if the stored etag differs from `document.etag` (a deleted row included),
        or if `document.etag` is None and the key exists; PayloadTooLargeError above 1 MiB.
        """
        ...

    def delete(self, document: Document) -> None:
        """Remove the row at `document.etag`. Raises ConflictError if it changed or is gone."""
        ...

    def scan(self, partition: str, *, prefix: str = "", limit: int = 1000, token: str = "") -> DocumentPage:
        """Return up to `limit` documents of one partition whose key starts with `prefix`, in key order."""
        ...
