"""WorkQueue and QueueReceiver in memory."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import Condition
from uuid import uuid4

from shared.errors import PayloadTooLargeError
from shared.ports.clock import Clock
from shared.ports.queue_receiver import ReceivedMessage

_MAX_BYTES = 48 * 1024
_MAX_DELAY = timedelta(days=7)
_LOOK_SECONDS = 0.1  # how soon a moved clock is noticed


@dataclass(slots=True)
class _Message:
    id: int
    text: str
    sent_at: float
    due_at: float
    dequeue_count: int = 0
    receipt: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class PeekedMessage:
    """A message as it lies in the queue. `hint` is what `poison` was told."""

    id: str
    text: str
    dequeue_count: int
    due_at: datetime
    hint: str = ""


class MemoryQueues:
    """All queues of one world by name: `queues("work")` is always the same one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._queues: dict[str, MemoryWorkQueue] = {}
        self._condition = Condition()

    def __call__(self, name: str) -> MemoryWorkQueue:
        with self._condition:
            if name not in self._queues:
                self._queues[name] = MemoryWorkQueue(name, self._clock, self)
            return self._queues[name]


class MemoryWorkQueue:
    """One queue, both sides of it. See the ports work_queue and queue_receiver."""

    def __init__(self, name: str, clock: Clock, queues: MemoryQueues | None = None) -> None:
        self.name = name
        self._clock = clock
        self._queues = queues or MemoryQueues(clock)
        self._condition = Condition()
        self._messages: dict[str, _Message] = {}
        self._ids = count(1)

    def send(self, text: str, delay: timedelta = timedelta(0)) -> None:
        size = len(text.encode())
        if size > _MAX_BYTES:
            raise PayloadTooLargeError(
                f"message for queue {self.name}: has {size} bytes, more than {_MAX_BYTES}. Send a name"
            )
        _check_delay(delay)
        self._add(text, delay.total_seconds())

    def receive(self, visibility_seconds: float) -> ReceivedMessage | None:
        now = self._now()
        with self._condition:
            first = self._first()
            if first is None or first.due_at > now:
                return None
            first.due_at, first.receipt = now + visibility_seconds, uuid4().hex
            first.dequeue_count += 1
            return ReceivedMessage(str(first.id), first.text, first.dequeue_count, first.receipt)

    def complete(self, message: ReceivedMessage) -> bool:
        with self._condition:
            claimed = self._claimed(message)
            return claimed is not None and self._messages.pop(message.id, None) is not None

    def abandon(self, message: ReceivedMessage, delay: timedelta = timedelta(0)) -> bool:
        _check_delay(delay)
        with self._condition:
            claimed = self._claimed(message)
            if claimed is None:
                return False
            claimed.due_at, claimed.receipt = self._now() + delay.total_seconds(), ""
            self._condition.notify_all()
            return True

    def extend(self, message: ReceivedMessage, seconds: float) -> bool:
        with self._condition:
            claimed = self._claimed(message)
            if claimed is None:
                return False
            claimed.due_at = self._now() + seconds
            return True

    def poison(self, message: ReceivedMessage, traceback_hint: str = "") -> bool:
        if not self.complete(message):
            return False
        self._queues(f"{self.name}-poison")._add(message.text, hint=traceback_hint)  # noqa: SLF001 its own class
        return True

    def wait(self, timeout: float) -> bool:
        deadline = time.monotonic() + timeout
        with self._condition:
            while True:
                first = self._first()
                wait_for = _LOOK_SECONDS if first is None else min(_LOOK_SECONDS, first.due_at - self._now())
                remaining = deadline - time.monotonic()
                if wait_for <= 0 or remaining <= 0:
                    return wait_for <= 0
                self._condition.wait(min(wait_for, remaining))

    def requeue_claimed(self) -> int:
        """Make every claimed message due at once; return how many."""
        with self._condition:
            claimed = [message for message in self._messages.values() if message.receipt]
            for message in claimed:
                message.due_at, message.receipt = self._now(), ""
            self._condition.notify_all()
            return len(claimed)

    def length(self) -> int:
        """Messages in the queue: due, delayed and claimed."""
        with self._condition:
            return len(self._messages)

    def waiting(self) -> timedelta | None:
        """How long the message has waited that is due the longest; None when none is due."""
        now = self._now()
        with self._condition:
            first = self._first()
        return None if first is None or first.due_at > now else timedelta(seconds=now - first.due_at)

    def oldest_age(self) -> timedelta | None:
        """How long ago the oldest message was sent; None when the queue is empty."""
        with self._condition:
            oldest = min((message.sent_at for message in self._messages.values()), default=None)
        return None if oldest is None else timedelta(seconds=max(0.0, self._now() - oldest))

    def peek(self, limit: int = 32) -> tuple[PeekedMessage, ...]:
        """Return the messages that are due first, without claiming them."""
        with self._condition:
            first = sorted(self._messages.values(), key=lambda message: (message.due_at, message.id))[:limit]
            return tuple(
                PeekedMessage(
                    str(m.id), m.text, m.dequeue_count, datetime.fromtimestamp(m.due_at, UTC), m.hint
                )
                for m in first
            )

    def _add(self, text: str, delay_seconds: float = 0.0, hint: str = "") -> None:
        now = self._now()
        with self._condition:
            message = _Message(next(self._ids), text, now, now + delay_seconds, hint=hint)
            self._messages[str(message.id)] = message
            self._condition.notify_all()

    def _first(self) -> _Message | None:
        return min(self._messages.values(), key=lambda message: (message.due_at, message.id), default=None)

    def _claimed(self, message: ReceivedMessage) -> _Message | None:
        row = self._messages.get(message.id)
        return row if row and row.receipt == message.receipt else None

    def _now(self) -> float:
        return self._clock.now().timestamp()


def _check_delay(delay: timedelta) -> None:
    if not timedelta(0) <= delay <= _MAX_DELAY:
        raise ValueError(f"the delay of a message must be between 0 and 7 days, not {delay}")
