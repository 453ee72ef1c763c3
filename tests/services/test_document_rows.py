"""A row is changed by what it says at that moment."""

from __future__ import annotations

from typing import Any

import pytest

from shared.adapters.memory.document_store import MemoryDocumentStore
from shared.errors import ConflictError
from shared.ports.document_store import Document
from shared.services.document_rows import alter


class Contended(MemoryDocumentStore):
    """Somebody else counts up just before us, so many times."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times, self.puts = times, 0

    def put(self, document: Document) -> Document:
        self.puts += 1
        if self.times > 0:
            self.times -= 1
            found = self.get(document.partition, document.key)
            body = _counted(found)
            super().put(Document(document.partition, document.key, body, found.etag if found else None))
        return super().put(document)


def _counted(row: Document | None) -> dict[str, Any]:
    return {"count": row.body["count"] + 1 if row else 1}


def test_a_row_that_is_not_there_is_made_and_then_changed() -> None:
    documents = MemoryDocumentStore()
    assert alter(documents, "rows", "one", _counted) == {"count": 1}
    assert alter(documents, "rows", "one", _counted) == {"count": 2}


def test_what_others_write_meanwhile_counts() -> None:
    documents = Contended(3)
    assert alter(documents, "rows", "one", _counted) == {"count": 4}


def test_a_row_that_does_not_stand_still_is_a_conflict() -> None:
    with pytest.raises(ConflictError, match="Row rows/one: changed 10 times"):
        alter(Contended(10), "rows", "one", _counted)


def test_no_change_is_not_written() -> None:
    documents = Contended(0)
    assert alter(documents, "rows", "one", lambda _: None) is None
    alter(documents, "rows", "one", _counted)
    assert alter(documents, "rows", "one", lambda row: row.body if row else None) == {"count": 1}
    assert documents.puts == 1
