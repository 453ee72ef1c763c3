"""The id of this installation: ten characters, made once, on every object that we manage."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from datetime import datetime

from shared.errors import ConflictError
from shared.ports.clock import Clock
from shared.ports.document_store import Document, DocumentStore
from shared.ports.random import Random

_PARTITION, _KEY, _LENGTH = "installation", "id", 10


class Installation:
    """`seed` (the bootstrap repository) makes the same id again after the store was lost; without one the
    id is random and comes back from an export.
    """

    def __init__(self, documents: DocumentStore, random: Random, clock: Clock, seed: str = "") -> None:
        self._documents, self._random, self._clock, self._seed = documents, random, clock, seed
        self._id = ""

    def __call__(self) -> str:
        """Return the id; the first process to ask makes it."""
        if not self._id:
            self._id = self._read() or self._make()
        return self._id

    def created_at(self) -> datetime:
        """When this store was made, aware UTC: what is older was made by a store that is lost."""
        self()
        found = self._documents.get(_PARTITION, _KEY)
        return datetime.fromisoformat(found.body["createdAt"]) if found else self._clock.now()

    def _read(self) -> str:
        found = self._documents.get(_PARTITION, _KEY)
        return str(found.body["id"]) if found else ""

    def _make(self) -> str:
        with suppress(ConflictError):  # another process was first
            token = hashlib.blake2b(self._seed.encode()).hexdigest() if self._seed else self._random.token()
            body = {"id": token[:_LENGTH], "createdAt": self._clock.now().isoformat()}
            self._documents.put(Document(_PARTITION, _KEY, body))
        return self._read()
