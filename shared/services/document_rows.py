"""Rows of one partition: read to the last page, and written where the last writer wins."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from shared.errors import ConflictError
from shared.ports.document_store import Document, DocumentStore

_TRIES = 10


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


def alter(
    documents: DocumentStore,
    partition: str,
    key: str,
    change: Callable[[Document | None], dict[str, Any] | None],
) -> dict[str, Any] | None:
    """Write what `change` makes of the row, None where there is none; return it.

    Nothing is written where it makes None, or what stands there. Raises ConflictError when the row does not
    stand still.
    """
    for _ in range(_TRIES):
        found = documents.get(partition, key)
        body = change(found)
        if body is None or (found is not None and body == found.body):
            return body
        with suppress(ConflictError):
            documents.put(Document(partition, key, body, found.etag if found else None))
            return body
    raise ConflictError(f"Row {partition}/{key}: changed {_TRIES} times while it was written")


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
