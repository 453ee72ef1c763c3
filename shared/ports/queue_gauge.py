"""Port: a queue that can be sent to, and be looked at without taking anything from it."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from shared.ports.work_queue import WorkQueue


class GaugedQueue(WorkQueue, Protocol):
    """Adapters: sqlite, memory, Azure Storage queues. Raises UnavailableError when it cannot be reached."""

    def length(self) -> int:
        """Messages in the queue, about: due, delayed and claimed."""
        ...

    def waiting(self) -> timedelta | None:
        """How long the message has waited that is due the longest; None when none is due.

        On Azure it is counted from the sending: the service does not tell when a message became due.
        """
        ...
