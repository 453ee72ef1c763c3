"""Time that passes only between two messages, so that every run is the same, and none waits for nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event

from shared.adapters.sqlite.work_queue import SqliteWorkQueue
from shared.adapters.system.clock import SystemClock
from tests.scenarios.kill.recording_queues import Turnstile

_LOOK_SECONDS = 0.02
_A_LITTLE = timedelta(milliseconds=1)  # the queue keeps finer times than a datetime


class StillClock:
    """Stands still until it is told to leap."""

    def __init__(self) -> None:
        self._now = SystemClock().now()

    def now(self) -> datetime:
        return self._now

    def leap_to(self, moment: datetime) -> None:
        self._now = moment


@dataclass(frozen=True, slots=True)
class Leap:
    """A worker of the host: when nothing runs and nothing is due, and the cluster has come to rest, it is
    at once the time of the next message.
    """

    clock: StillClock
    turnstile: Turnstile
    queue: SqliteWorkQueue
    at_rest: Callable[[], bool]

    def __call__(self, stop: Event) -> None:
        while not stop.wait(_LOOK_SECONDS):
            if self.queue.length() and self.at_rest() and self.turnstile.enter():
                self._leap()
                self.turnstile.leave()

    def _leap(self) -> None:
        waiting = self.queue.peek(1)
        if waiting and waiting[0].due_at > self.clock.now():
            self.clock.leap_to(waiting[0].due_at + _A_LITTLE)
