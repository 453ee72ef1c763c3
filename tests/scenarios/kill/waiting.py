"""The messages that were sent and not settled: storage does not show those that are not due yet."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from threading import Lock

from shared.ports.clock import Clock


class Waiting:
    """One process's own account of all queues, which were empty when it began.

    `whole_seconds`: Storage queues delay by no parts of one, and never shorter than asked.
    """

    def __init__(self, clock: Clock, *, whole_seconds: bool) -> None:
        self._clock, self._whole, self._lock = clock, whole_seconds, Lock()
        self._due: list[tuple[datetime, str, str]] = []

    def sent(self, queue: str, text: str, delay: timedelta) -> None:
        if self._whole:
            delay = timedelta(seconds=math.ceil(delay.total_seconds()))
        due = self._clock.now() + delay
        with self._lock:
            self._due.append((due, queue, text))

    def settled(self, queue: str, text: str) -> None:
        """One message with this text is done with."""
        with self._lock:
            for each in self._due:
                if each[1:] == (queue, text):
                    self._due.remove(each)
                    return

    def next_due(self) -> datetime | None:
        """When the next message is due, or was; None when all are settled."""
        with self._lock:
            return min(self._due)[0] if self._due else None
