"""WorkQueue and QueueReceiver on SQLite."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from shared.adapters.sqlite.database import SqliteDatabase
from shared.errors import PayloadTooLargeError
from shared.ports.clock import Clock
from shared.ports.queue_receiver import ReceivedMessage

_MAX_BYTES = 48 * 1024
_MAX_DELAY = timedelta(days=7)
_LOOK_SECONDS = 1.0  # how soon other processes' sends and the clock are noticed
_SEND = "INSERT INTO message (queue, text, sent_at, due_at) VALUES (?, ?, ?, ?)"
_NEXT_DUE = "SELECT due_at FROM message WHERE queue = ? ORDER BY due_at LIMIT 1"
_RECEIVE = """UPDATE message SET due_at = ?, receipt = ?, dequeue_count = dequeue_count + 1
    WHERE id = (SELECT id FROM message WHERE queue = ? AND due_at <= ? ORDER BY due_at, id LIMIT 1)
    RETURNING id, text, dequeue_count"""
_COMPLETE = "DELETE FROM message WHERE id = ? AND receipt = ?"
_ABANDON = "UPDATE message SET due_at = ?, receipt = '' WHERE id = ? AND receipt = ?"
_EXTEND = "UPDATE message SET due_at = ? WHERE id = ? AND receipt = ?"
_POISON = """UPDATE message SET queue = ?, due_at = ?, sent_at = ?, dequeue_count = 0, receipt = '', hint = ?
    WHERE id = ? AND receipt = ?"""
_REQUEUE = "UPDATE message SET due_at = ?, receipt = '' WHERE queue = ? AND receipt <> ''"
_PEEK = """SELECT id, text, dequeue_count, due_at, hint FROM message
    WHERE queue = ? ORDER BY due_at, id LIMIT ?"""
_COUNT = "SELECT count(*), min(sent_at) FROM message WHERE queue = ?"


@dataclass(frozen=True, slots=True)
class PeekedMessage:
    """A message as it lies in the queue. `hint` is what `poison` was told."""

    id: str
    text: str
    dequeue_count: int
    due_at: datetime
    hint: str = ""


class SqliteWorkQueue:
    """One queue, both sides of it. See the ports work_queue and queue_receiver."""

    def __init__(self, database: SqliteDatabase, name: str, clock: Clock) -> None:
        self.name = name
        self._database = database
        self._clock = clock
        self._signal = database.signal(f"queue {name}")

    def send(self, text: str, delay: timedelta = timedelta(0)) -> None:
        size = len(text.encode())
        if size > _MAX_BYTES:
            raise PayloadTooLargeError(
                f"message for queue {self.name}: has {size} bytes, more than {_MAX_BYTES}. Send a name"
            )
        _check_delay(delay)
        now = self._now()
        with self._database.write(f"send to {self.name}") as db:
            db.execute(_SEND, (self.name, text, now, now + delay.total_seconds()))
        self._signal.notify()

    def receive(self, visibility_seconds: float) -> ReceivedMessage | None:
        now = self._now()
        due = self._next_due()
        if due is None or due > now:
            return None
        receipt = uuid4().hex
        with self._database.write(f"receive from {self.name}") as db:
            claim = (now + visibility_seconds, receipt, self.name, now)
            rows = db.execute(_RECEIVE, claim).fetchall()
        return ReceivedMessage(str(rows[0][0]), rows[0][1], rows[0][2], receipt) if rows else None

    def complete(self, message: ReceivedMessage) -> bool:
        return self._change("complete", _COMPLETE, (message.id, message.receipt))

    def abandon(self, message: ReceivedMessage, delay: timedelta = timedelta(0)) -> bool:
        _check_delay(delay)
        due = self._now() + delay.total_seconds()
        return self._change("abandon", _ABANDON, (due, message.id, message.receipt))

    def extend(self, message: ReceivedMessage, seconds: float) -> bool:
        return self._change("extend", _EXTEND, (self._now() + seconds, message.id, message.receipt))

    def poison(self, message: ReceivedMessage, traceback_hint: str = "") -> bool:
        now = self._now()
        target = f"{self.name}-poison"
        moved = self._change(
            "poison", _POISON, (target, now, now, traceback_hint, message.id, message.receipt)
        )
        self._database.signal(f"queue {target}").notify()
        return moved

    def wait(self, timeout: float) -> bool:
        deadline = time.monotonic() + timeout
        sent, outside, due = -1, -1, None
        while True:
            now_sent, now_outside = self._signal.count, self._database.outside_changes()
            if (now_sent, now_outside) != (sent, outside):
                sent, outside = now_sent, now_outside
                due = self._next_due()
            wait_for = _LOOK_SECONDS if due is None else min(_LOOK_SECONDS, due - self._now())
            remaining = deadline - time.monotonic()
            if wait_for <= 0 or remaining <= 0:
                return wait_for <= 0
            self._signal.wait_after(sent, min(wait_for, remaining))

    def requeue_claimed(self) -> int:
        """Make what a killed process had claimed due at once; return how many.

        Only for the one process of the embedded home, at its start (SingleProcess proves that).
        """
        with self._database.write(f"requeue {self.name}") as db:
            count = db.execute(_REQUEUE, (self._now(), self.name)).rowcount
        self._signal.notify()
        return count

    def length(self) -> int:
        """Messages in the queue: due, delayed and claimed."""
        return self._count()[0]

    def waiting(self) -> timedelta | None:
        """How long the message has waited that is due the longest; None when none is due."""
        due, now = self._next_due(), self._now()
        return None if due is None or due > now else timedelta(seconds=now - due)

    def oldest_age(self) -> timedelta | None:
        """How long ago the oldest message was sent; None when the queue is empty."""
        oldest = self._count()[1]
        return None if oldest is None else timedelta(seconds=max(0.0, self._now() - oldest))

    def peek(self, limit: int = 32) -> tuple[PeekedMessage, ...]:
        """Return the messages that are due first, without claiming them."""
        with self._database.read(f"peek {self.name}") as db:
            rows = db.execute(_PEEK, (self.name, limit)).fetchall()
        return tuple(
            PeekedMessage(str(id), text, count, datetime.fromtimestamp(due, UTC), hint)
            for id, text, count, due, hint in rows
        )

    def _change(self, verb: str, statement: str, parameters: tuple[object, ...]) -> bool:
        with self._database.write(f"{verb} a message of {self.name}") as db:
            changed = db.execute(statement, parameters).rowcount == 1
        self._signal.notify()
        return changed

    def _next_due(self) -> float | None:
        with self._database.read(f"look into {self.name}") as db:
            row = db.execute(_NEXT_DUE, (self.name,)).fetchone()
        return row[0] if row else None

    def _count(self) -> tuple[int, float | None]:
        with self._database.read(f"count {self.name}") as db:
            count, oldest = db.execute(_COUNT, (self.name,)).fetchone()
        return count, oldest

    def _now(self) -> float:
        return self._clock.now().timestamp()


def _check_delay(delay: timedelta) -> None:
    if not timedelta(0) <= delay <= _MAX_DELAY:
        raise ValueError(f"the delay of a message must be between 0 and 7 days, not {delay}")
