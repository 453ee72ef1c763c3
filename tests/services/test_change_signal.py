"""Who waits is told at once what was written in this process."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from shared.adapters.memory.document_store import MemoryDocumentStore
from shared.ports.document_store import Document
from shared.services.change_signal import ChangeSignal, SignalledDocuments


def test_what_was_written_since_a_mark_is_told_once() -> None:
    signal = ChangeSignal()
    signal.tell("a")
    mark = signal.now()
    signal.tell("b")
    signal.tell("b")
    mark, written = signal.wait(mark, 0)
    assert written == {"b"}
    assert signal.wait(mark, 0) == (mark, frozenset())


def test_a_waiter_wakes_as_soon_as_something_is_written() -> None:
    signal = ChangeSignal()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(signal.wait, signal.now(), 30)
        signal.tell("a")
        assert waiting.result(20)[1] == {"a"}


def test_only_writes_to_the_chosen_partitions_are_told() -> None:
    signal = ChangeSignal()
    documents = SignalledDocuments(MemoryDocumentStore(), signal, frozenset({"applications"}))
    documents.put(Document("elsewhere", "x", {}))
    assert signal.now() == 0
    stored = documents.put(Document("applications", "argocd/shop", {"a": 1}))
    assert signal.wait(0, 0) == (1, frozenset({"argocd/shop"}))
    assert documents.get("applications", "argocd/shop") == stored
    assert documents.scan("applications").documents == (stored,)
    documents.delete(stored)
    assert signal.wait(1, 0) == (2, frozenset({"argocd/shop"}))
