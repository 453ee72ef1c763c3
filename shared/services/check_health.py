"""Use case: does what Tidegate stands on answer, and does the work get done?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from threading import Lock
from typing import Any

from shared.domain.record.timer_run import TimerRun
from shared.errors import TidegateError
from shared.ports.clock import Clock
from shared.ports.document_store import DocumentStore
from shared.ports.manifest_tool import ManifestTool
from shared.ports.queue_gauge import GaugedQueue
from shared.services.retry_messages import QUEUES
from shared.services.timer_runs import TimerRuns

_WAITING = timedelta(minutes=10)
_KEPT = timedelta(seconds=5)


class PartStatus(StrEnum):
    """`late`: it answers, and what it should have done long ago is not done."""

    OK = "ok"
    LATE = "late"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class Part:
    """`seconds` is the age of the oldest waiting message, or of the last run of a timer."""

    name: str
    status: PartStatus
    reason: str = ""
    seconds: float | None = None

    def view(self, *, known: bool) -> dict[str, Any]:
        """{name, status, seconds}, and for who is `known` the reason: it may name hosts and paths."""
        seconds = None if self.seconds is None else round(self.seconds, 1)
        shown: dict[str, Any] = {"name": self.name, "status": self.status.value, "seconds": seconds}
        return {**shown, "reason": self.reason} if known else shown


class CheckHealth:
    """Asked by anybody, so the answer is kept for a moment: who asks often costs nothing."""

    def __init__(
        self,
        documents: DocumentStore,
        queue: Callable[[str], GaugedQueue],
        tool: Callable[[], ManifestTool],
        timers: TimerRuns,
        clock: Clock,
    ) -> None:
        """`tool` is made when it is first used: a missing program is a part that is away."""
        self._documents, self._queue, self._tool = documents, queue, tool
        self._timers, self._clock = timers, clock
        self._lock = Lock()
        self._seen: tuple[datetime, list[Part]] | None = None

    def __call__(self) -> list[Part]:
        with self._lock:
            now = self._clock.now()
            if self._seen is None or not now - _KEPT <= self._seen[0] <= now:
                self._seen = now, list(self._parts(now))
            return self._seen[1]

    def _parts(self, now: datetime) -> Iterator[Part]:
        yield _probed("state store", self._store_part)
        for name in QUEUES:
            yield _probed(f"queue {name}", partial(self._queue_part, name))
        yield _probed("kubetools", self._rendering)
        yield from self._timer_parts(now)

    def _store_part(self) -> Part:
        self._documents.get("health", "probe")
        return Part("state store", PartStatus.OK)

    def _queue_part(self, name: str) -> Part:
        waiting = self._queue(name).waiting()
        part = f"queue {name}"
        if waiting is None:
            return Part(part, PartStatus.OK)
        if waiting > _WAITING:
            reason = f"a message has waited for {waiting.total_seconds():.0f} s. Is its function running?"
            return Part(part, PartStatus.LATE, reason, waiting.total_seconds())
        return Part(part, PartStatus.OK, "", waiting.total_seconds())

    def _rendering(self) -> Part:
        self._tool().yaml(b"{}")
        return Part("kubetools", PartStatus.OK)

    def _timer_parts(self, now: datetime) -> Iterator[Part]:
        try:
            runs = self._timers.all()
        except TidegateError as error:
            yield Part("timers", PartStatus.AWAY, str(error))
            return
        yield from (_timer_part(run, now) for run in runs)


def _probed(name: str, probe: Callable[[], Part]) -> Part:
    try:
        return probe()
    except TidegateError as error:
        return Part(name, PartStatus.AWAY, str(error))


def _timer_part(run: TimerRun, now: datetime) -> Part:
    age = run.age(now)
    seconds = None if age is None else age.total_seconds()
    failed = f"its last run failed with {run.error}; the log has more" if run.error else ""
    if run.is_late(now):
        reason = failed or "it has not run for three of its usual intervals"
        return Part(f"timer {run.name}", PartStatus.LATE, reason, seconds)
    return Part(f"timer {run.name}", PartStatus.OK, failed, seconds)
