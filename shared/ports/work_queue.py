"""Port: at-least-once work queue. The receiving side is the trigger."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol


class WorkQueue(Protocol):
    """Adapters: sqlite, memory, Azure Storage queues. One instance is one queue.

    Texts are JSON of at most 48 KiB (PayloadTooLargeError above); delays at most 7 days.
    Messages never expire. Raises UnavailableError when the queue cannot be reached.
    """

    def send(self, text: str, delay: timedelta = timedelta(0)) -> None: ...
