"""Fires one timer function: never twice at once, and once for whatever was missed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Thread
from time import monotonic

from azure.functions.timer import TimerRequest

from host.indexing import TimerFunction
from host.invocation import invoke
from host.schedule import Schedule
from shared.errors import ConflictError, TidegateError
from shared.ports.clock import Clock
from shared.ports.document_store import Document, DocumentStore
from shared.ports.work_queue import WorkQueue

log = logging.getLogger(__name__)
_PARTITION = "host-timers"
_LATE = timedelta(seconds=1)


class TimerMonitor:
    """Remembers when each timer fired, so that a start after a pause knows what was missed."""

    def __init__(self, documents: DocumentStore) -> None:
        self._documents = documents

    def last(self, name: str) -> datetime | None:
        row = self._documents.get(_PARTITION, name)
        return datetime.fromisoformat(row.body["last"]) if row else None

    def record(self, name: str, at: datetime) -> None:
        row = self._documents.get(_PARTITION, name) or Document(_PARTITION, name, {})
        body = {**row.body, "last": at.isoformat()}
        try:
            self._documents.put(Document(_PARTITION, name, body, row.etag))
        except ConflictError:
            log.debug("another process has recorded the timer", extra={"function": name})


class TimerListener:
    """One thread: waits for the next time, calls, and only then looks for the one after.

    Source: azure-webjobs-sdk-extensions, TimerListener: missed times make one run with `past_due`.
    """

    def __init__(
        self,
        function: TimerFunction,
        queues: Callable[[str], WorkQueue],
        clock: Clock,
        monitor: TimerMonitor,
        look_seconds: float = 1.0,
    ) -> None:
        """`look_seconds`: how often the clock is looked at, in case that it was moved."""
        self._function = function
        self._name = function.function.name
        self._schedule = Schedule.parse(function.schedule, f"function {self._name}")
        self._queues = queues
        self._clock = clock
        self._monitor = monitor
        self._look_seconds = look_seconds
        self._stopping = Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        first = self._first()  # here, not in the thread: what comes due from now on counts
        self._thread = Thread(target=self._loop, args=(first,), name=f"{self._name} timer", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Fire no more; a running function goes on."""
        self._stopping.set()

    def join(self, deadline: float) -> bool:
        """Wait until `deadline` (monotonic seconds) for a running function; False when it still runs."""
        if self._thread is None:
            return True
        self._thread.join(max(0.0, deadline - monotonic()))
        return not self._thread.is_alive()

    def _loop(self, due: datetime) -> None:
        while self._wait_until(due):
            began = self._clock.now()
            self._fire(due, began)
            due = self._schedule.next_after(began)

    def _first(self) -> datetime:
        """The first time after the last run that is known; now, if it shall run on start-up."""
        now = self._clock.now()
        if self._function.run_on_startup:
            return now
        last = self._last() if self._function.use_monitor else None
        return self._schedule.next_after(min(last, now) if last else now)

    def _last(self) -> datetime | None:
        try:
            return self._monitor.last(self._name)
        except TidegateError:
            log.exception("timer's last run is unknown", extra={"function": self._name})
            return None

    def _wait_until(self, due: datetime) -> bool:
        while (remaining := (due - self._clock.now()).total_seconds()) > 0:
            if self._stopping.wait(min(remaining, self._look_seconds)):
                return False
        return not self._stopping.is_set()

    def _fire(self, due: datetime, began: datetime) -> None:
        status = {"Last": due.isoformat(), "Next": self._schedule.next_after(began).isoformat()}
        request = TimerRequest(past_due=began - due >= _LATE, schedule_status=status)
        try:
            invoke(self._function.function, request, self._queues)
            if self._function.use_monitor:
                self._monitor.record(self._name, began)
        except Exception:
            log.exception("timer function failed", extra={"function": self._name})
