"""The id of this installation."""

from __future__ import annotations

from datetime import timedelta

from shared.adapters.memory.document_store import MemoryDocumentStore
from shared.adapters.system.clock import FixedClock
from shared.services.installation import Installation
from tests.services.worlds import NumberedRandom


def installation(
    documents: MemoryDocumentStore, clock: FixedClock | None = None, seed: str = ""
) -> Installation:
    random = NumberedRandom()
    for _ in range(id(documents) % 7 + 1):
        random.token()
    return Installation(documents, random, clock or FixedClock(), seed)


def test_it_is_made_once_and_is_ten_characters() -> None:
    documents = MemoryDocumentStore()
    made = installation(documents)()
    assert len(made) == 10
    assert installation(documents)() == made


def test_it_is_asked_for_often_and_read_once() -> None:
    documents = MemoryDocumentStore()
    service = installation(documents)
    first = service()
    documents.delete(documents.scan("installation").documents[0])
    assert service() == first


def test_of_two_processes_that_start_together_one_makes_it() -> None:
    documents = MemoryDocumentStore()

    class Late(MemoryDocumentStore):
        """Sees no row at its first look: the other process writes right after."""

        looked = False

        def get(self, partition: str, key: str):  # type: ignore[no-untyped-def]
            if not self.looked:
                self.looked = True
                return None
            return documents.get(partition, key)

        def put(self, document):  # type: ignore[no-untyped-def]
            return documents.put(document)

    theirs = installation(documents)()
    assert installation(Late())() == theirs


def test_with_a_seed_a_lost_store_gets_the_same_id_again() -> None:
    first = installation(MemoryDocumentStore(), seed="https://github.com/my-org/shop.git")()
    second = installation(MemoryDocumentStore(), seed="https://github.com/my-org/shop.git")()
    other = installation(MemoryDocumentStore(), seed="https://github.com/my-org/other.git")()
    assert first == second != other


def test_it_knows_since_when_the_store_is_there() -> None:
    documents, clock = MemoryDocumentStore(), FixedClock()
    began = clock.now()
    installation(documents, clock)()
    clock.advance(timedelta(days=1))
    assert installation(documents, clock).created_at() == began
