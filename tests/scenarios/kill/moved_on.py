"""Time that moves on for a survivor once it has met what the dead process still holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from threading import Event

from tests.scenarios.kill.recording_queues import Turnstile
from tests.scenarios.kill.world_time import WorldTime

_LOOK_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class MoveOn:
    """A worker of the host. It waits until no message runs: who holds a claim or a lease is alive, and
    renews it in time.
    """

    time: WorldTime
    turnstile: Turnstile
    met: Callable[[], bool]
    by: timedelta

    def __call__(self, stop: Event) -> None:
        while not stop.wait(_LOOK_SECONDS):
            if self.met() and self.turnstile.enter(alone=True):
                self.time.run(self.time.ahead + self.by)
                self.turnstile.leave()
                stop.wait()  # a worker that returns is started again
