"""Rows of one partition: read to the last page, and written where the last writer wins."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shared.errors import ConflictError
from shared.ports.document_store import Document, DocumentStore


def upsert(documents: DocumentStore, partition: str, key: str, body: dict[str, Any]) -> bool:
    """Write the row unless it says so already; return whether it was written."""
    while True:
        found = documents.get(partition, key)
        if found and found.body == body:
            return False
        try:
            documents.put(Document(partition, key, body, found.etag if found else None))
        except ConflictError:
            continue
        return True


def remove(documents: DocumentStore, partition: str, key: str) -> None:
    """Remove the row; no error if it is not there."""
    while found := documents.get(partition, key):
        try:
            documents.delete(found)
        except ConflictError:
            continue
        return


def scan(documents: DocumentStore, partition: str, prefix: str = "") -> Iterator[Document]:
    """Yield every row of a partition whose key starts with `prefix`, in the order of the keys."""
    token = ""
    while True:
        page = documents.scan(partition, prefix=prefix, token=token)
        yield from page.documents
        token = page.token
        if not token:
            return
