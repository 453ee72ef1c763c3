"""The id of this installation: ten characters, made once, on every object that we manage."""

from __future__ import annotations

from contextlib import suppress

from shared.errors import ConflictError
from shared.ports.document_store import Document, DocumentStore
from shared.ports.random import Random

_PARTITION, _KEY, _LENGTH = "installation", "id", 10


class Installation:
    def __init__(self, documents: DocumentStore, random: Random) -> None:
        self._documents, self._random = documents, random
        self._id = ""

    def __call__(self) -> str:
        """Return the id; the first process to ask makes it."""
        if not self._id:
            self._id = self._read() or self._make()
        return self._id

    def _read(self) -> str:
        found = self._documents.get(_PARTITION, _KEY)
        return str(found.body["id"]) if found else ""

    def _make(self) -> str:
        with suppress(ConflictError):  # another process was first
            self._documents.put(Document(_PARTITION, _KEY, {"id": self._random.token()[:_LENGTH]}))
        return self._read()
