"""Time that passes only between two messages, so that every run is the same, and none waits for nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event

from shared.adapters.system.clock import SystemClock
from tests.scenarios.kill.recording_queues import Turnstile
from tests.scenarios.kill.waiting import Waiting
from tests.scenarios.kill.world_time import WorldTime

_LOOK_SECONDS = 0.02
_A_LITTLE = timedelta(milliseconds=1)  # SQLite keeps finer times than a datetime, storage coarser ones


class StillClock:
    """Stands still until it is told to leap, and the time of the storage with it."""

    def __init__(self, time: WorldTime) -> None:
        self._time = time
        self.leap_to(SystemClock().now())

    def now(self) -> datetime:
        return self._now

    def leap_to(self, moment: datetime) -> None:
        self._now = moment
        self._time.freeze(moment)


@dataclass(frozen=True, slots=True)
class Leap:
    """A worker of the host: when nothing runs and nothing is due, and the cluster has come to rest, it is
    at once the time of the next message.
    """

    clock: StillClock
    turnstile: Turnstile
    waiting: Waiting
    at_rest: Callable[[], bool]

    def __call__(self, stop: Event) -> None:
        while not stop.wait(_LOOK_SECONDS):
            if self._later() and self.at_rest() and self.turnstile.enter():
                if moment := self._later():
                    self.clock.leap_to(moment + _A_LITTLE)
                self.turnstile.leave()

    def _later(self) -> datetime | None:
        """When the next message is due; None when one is due now, or none is left."""
        due = self.waiting.next_due()
        return due if due and due >= self.clock.now() else None
