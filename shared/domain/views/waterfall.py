"""The clock of a change and the steps of its operation, for people who ask where the time went."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from shared.domain.operate.operation import Operation, ResultStatus, TaskResult
from shared.domain.plan.sync_plan import SyncTask
from shared.domain.record.stage_clock import StageClock

Moment = tuple[str, datetime | None]
_STAGES = ("received", "resolved", "rendered", "compared", "applied", "healthy")


def moments(clock: StageClock) -> list[Moment]:
    """The stages of an application, in their order; None where the change has not got to yet."""
    return [(name, getattr(clock, name)) for name in _STAGES]


def stages(clock: StageClock) -> list[dict[str, Any]]:
    """The stages of an application that were reached, as `timeline` shows them."""
    return timeline(moments(clock))


def timeline(reached: Iterable[Moment]) -> list[dict[str, Any]]:
    """[{name, at, seconds}] of what was reached; `seconds` since the one before, None at first.

    Milliseconds are kept: most stages take less than a second. A sender's clock may be ahead of ours: what
    then seems to be over before it began took no time.
    """
    shown: list[dict[str, Any]] = []
    before: datetime | None = None
    for name, moment in reached:
        if moment is None:
            continue
        seconds = round(max(0.0, (moment - before).total_seconds()), 3) if before is not None else None
        shown.append({"name": name, "at": f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}"[:23] + "Z"})
        shown[-1]["seconds"] = seconds
        before = moment
    return shown


def waves(operation: Operation) -> list[dict[str, Any]]:
    """[{wave, total, done, failed, tasks}] in their order.

    A task is {group, kind, namespace, name, action, status, message}; its status is "" until it has a result.
    """
    results = {result.key: result for result in operation.results}
    return [
        _wave(wave, list(tasks), results.values())
        for wave, tasks in groupby(operation.tasks, key=lambda task: task.wave)
    ]


def _wave(wave: int, tasks: list[SyncTask], results: Iterable[TaskResult]) -> dict[str, Any]:
    known = {result.key: result for result in results}
    own = [known[task.key] for task in tasks if task.key in known]
    return {
        "wave": wave,
        "total": len(tasks),
        "done": len(own),
        "failed": sum(result.status is ResultStatus.SYNC_FAILED for result in own),
        "tasks": [_task(task, known.get(task.key)) for task in tasks],
    }


def _task(task: SyncTask, result: TaskResult | None) -> dict[str, Any]:
    return {
        "group": task.key.group,
        "kind": task.key.kind,
        "namespace": task.key.namespace,
        "name": task.key.name,
        "action": task.action.value,
        "status": result.status.value if result else "",
        "message": result.message if result else "",
    }
