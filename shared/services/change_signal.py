"""Tells who waits which applications were written in this process, at once."""

from __future__ import annotations

from collections import OrderedDict
from threading import Condition

from shared.ports.document_store import Document, DocumentPage, DocumentStore

_REMEMBERED = 10_000


class ChangeSignal:
    """Safe to share between threads. A mark is a moment: what was written after it can be asked for."""

    def __init__(self) -> None:
        self._condition = Condition()
        self._written: OrderedDict[str, int] = OrderedDict()
        self._count = 0

    def now(self) -> int:
        """The mark of this moment."""
        with self._condition:
            return self._count

    def tell(self, subject: str) -> None:
        """Wake everybody who waits."""
        with self._condition:
            self._count += 1
            self._written[subject] = self._count
            self._written.move_to_end(subject)
            while len(self._written) > _REMEMBERED:
                self._written.popitem(last=False)
            self._condition.notify_all()

    def wait(self, mark: int, seconds: float) -> tuple[int, frozenset[str]]:
        """Return the new mark and what was written since `mark`, as soon as something was.

        After `seconds` without a write the set is empty. What was written long ago and 10,000 subjects
        before the newest is forgotten: look at everything now and then.
        """
        with self._condition:
            self._condition.wait_for(lambda: self._count > mark, seconds)
            written = []
            for subject, count in reversed(self._written.items()):
                if count <= mark:
                    break
                written.append(subject)
            return self._count, frozenset(written)


class SignalledDocuments:
    """A document store that tells of every write to some partitions. See the port document_store."""

    def __init__(self, documents: DocumentStore, signal: ChangeSignal, partitions: frozenset[str]) -> None:
        self._documents, self._signal, self._partitions = documents, signal, partitions

    def get(self, partition: str, key: str) -> Document | None:
        return self._documents.get(partition, key)

    def put(self, document: Document) -> Document:
        stored = self._documents.put(document)
        self._tell(document)
        return stored

    def delete(self, document: Document) -> None:
        self._documents.delete(document)
        self._tell(document)

    def scan(self, partition: str, *, prefix: str = "", limit: int = 1000, token: str = "") -> DocumentPage:
        return self._documents.scan(partition, prefix=prefix, limit=limit, token=token)

    def _tell(self, document: Document) -> None:
        if document.partition in self._partitions:
            self._signal.tell(document.key)
