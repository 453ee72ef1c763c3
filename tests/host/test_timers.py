"""Timers by a clock that the test moves."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

import azure.functions as func

from host.indexing import index_app
from host.timers import TimerListener, TimerMonitor
from shared.adapters.memory.document_store import MemoryDocumentStore
from shared.adapters.memory.work_queue import MemoryQueues
from shared.adapters.system.clock import FixedClock
from tests.host.test_queue_listener import BOUND, Recorder, until

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


class World:
    """One timer function on a clock that stands at noon."""

    def __init__(self, act: Callable[[func.TimerRequest], None] = lambda _: None, **how: Any) -> None:
        self.clock = FixedClock(NOON)
        self.documents = MemoryDocumentStore()
        self.recorder = Recorder()
        self.queues = MemoryQueues(self.clock)
        self._act = act
        self._how = how

    def listener(self) -> TimerListener:
        app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

        @app.timer_trigger(arg_name="timer", schedule="0 */5 * * * *", **self._how)
        @app.queue_output(arg_name="out", queue_name="out", connection="C")
        def tick(timer: func.TimerRequest, out: func.Out[str]) -> None:
            out.set("ticked")
            self.recorder.add((self.clock.now().strftime("%H:%M:%S"), timer.past_due))
            self._act(timer)

        (timer,) = index_app(app, {}).timers
        return TimerListener(timer, self.queues, self.clock, TimerMonitor(self.documents), look_seconds=0.005)

    def later(self, **by: int) -> None:
        self.clock.advance(timedelta(**by))


def stopped(listener: TimerListener) -> bool:
    listener.stop()
    return listener.join(monotonic() + BOUND)


def settled(listener: TimerListener) -> None:
    """Give the timer ten looks at the clock: enough to fire if it wrongly would."""
    threading.Event().wait(0.05)


def test_a_timer_fires_at_its_times_only() -> None:
    world = World()
    listener = world.listener()
    listener.start()
    settled(listener)
    assert world.recorder.seen == []
    world.later(minutes=4, seconds=59)
    settled(listener)
    assert world.recorder.seen == []
    world.later(seconds=1)
    assert world.recorder.until(1) == [("12:05:00", False)]
    world.later(minutes=5)
    assert world.recorder.until(2)[1] == ("12:10:00", False)
    assert stopped(listener)
    assert world.queues("out").length() == 2


def test_what_was_missed_is_made_up_for_once_and_past_due() -> None:
    world = World()
    listener = world.listener()
    listener.start()
    world.later(minutes=17)
    assert world.recorder.until(1) == [("12:17:00", True)]
    settled(listener)
    world.later(minutes=3)
    assert world.recorder.until(2)[1] == ("12:20:00", False)
    assert stopped(listener)


def test_a_timer_never_runs_twice_at_once() -> None:
    entered, go_on = threading.Event(), threading.Event()

    def act(timer: func.TimerRequest) -> None:
        entered.set()
        go_on.wait(BOUND)

    world = World(act)
    listener = world.listener()
    listener.start()
    world.later(minutes=5)
    assert entered.wait(BOUND)
    world.later(minutes=11)
    settled(listener)
    assert len(world.recorder.seen) == 1
    go_on.set()
    assert world.recorder.until(2)[1] == ("12:16:00", True)
    settled(listener)
    assert len(world.recorder.seen) == 2
    assert stopped(listener)


def test_a_failure_is_not_the_last_firing_and_sends_nothing() -> None:
    def act(timer: func.TimerRequest) -> None:
        if len(world.recorder.seen) == 1:
            raise ZeroDivisionError

    world = World(act)
    listener = world.listener()
    listener.start()
    world.later(minutes=5)
    world.recorder.until(1)
    world.later(minutes=5)
    world.recorder.until(2)
    assert stopped(listener)
    assert world.queues("out").length() == 1


def test_a_start_after_a_pause_fires_what_was_missed_meanwhile() -> None:
    world = World()
    first = world.listener()
    first.start()
    world.later(minutes=5)
    world.recorder.until(1)
    assert stopped(first)
    world.later(hours=2)
    second = world.listener()
    second.start()
    assert world.recorder.until(2)[1] == ("14:05:00", True)
    assert stopped(second)


def test_a_quick_restart_misses_nothing_and_repeats_nothing() -> None:
    world = World()
    first = world.listener()
    first.start()
    world.later(minutes=5)
    world.recorder.until(1)
    assert stopped(first)
    second = world.listener()
    second.start()
    settled(second)
    assert len(world.recorder.seen) == 1
    assert stopped(second)


def test_without_a_monitor_nothing_is_made_up_for() -> None:
    world = World(use_monitor=False)
    TimerMonitor(world.documents).record("tick", NOON - timedelta(hours=1))
    listener = world.listener()
    listener.start()
    settled(listener)
    assert world.recorder.seen == []
    assert stopped(listener)


def test_a_timer_may_run_on_start_up() -> None:
    world = World(run_on_startup=True)
    listener = world.listener()
    listener.start()
    assert world.recorder.until(1) == [("12:00:00", False)]
    world.later(minutes=5)
    assert world.recorder.until(2)[1] == ("12:05:00", False)
    assert stopped(listener)


def test_stopping_waits_for_a_running_timer_within_bounds() -> None:
    entered, go_on = threading.Event(), threading.Event()

    def act(timer: func.TimerRequest) -> None:
        entered.set()
        go_on.wait(BOUND)

    world = World(act, run_on_startup=True)
    listener = world.listener()
    listener.start()
    assert entered.wait(BOUND)
    listener.stop()
    assert not listener.join(monotonic() + 0.05)
    go_on.set()
    assert listener.join(monotonic() + BOUND)


def test_the_last_firing_is_kept_beside_what_others_wrote() -> None:
    world = World()
    monitor = TimerMonitor(world.documents)
    assert monitor.last("tick") is None
    monitor.record("tick", NOON)
    monitor.record("tick", NOON + timedelta(minutes=5))
    assert monitor.last("tick") == NOON + timedelta(minutes=5)
    until(lambda: monitor.last("other") is None)
