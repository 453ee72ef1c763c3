"""(operation, health of what was applied, now) → what to do next. The heart of a sync, without I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby

from shared.domain.health.health import Health, HealthStatus
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.operate.operation import Operation, Phase, ResultStatus, TaskResult
from shared.domain.plan.sync_plan import Action, SyncTask

DEADLINE = timedelta(hours=1)
_POLLS = (2, 2, 5, 10, 30)


@dataclass(frozen=True, slots=True)
class Advance:
    """`steps` are batches: run one after the other, the tasks inside a batch at the same time.

    `wake_after` is set while the operation waits for something outside; None otherwise.
    """

    operation: Operation
    steps: tuple[tuple[SyncTask, ...], ...] = ()
    wake_after: timedelta | None = None


def advance(operation: Operation, health: Mapping[ResourceKey, Health | None], now: datetime) -> Advance:
    """Return the steps of the current wave, a wait for its health, or the end of the operation.

    The next wave starts only when everything applied so far is Healthy; an object without health counts
    as done. Waiting applies only where there is a further wave: a single wave succeeds at once.
    Source: Argo CD gitops-engine/pkg/sync/sync_context.go (Sync).
    """
    if operation.phase.completed:
        return Advance(operation)
    if operation.phase is Phase.TERMINATING:
        return Advance(_finished(operation, Phase.FAILED, "Operation terminated", now))
    failed = [result for result in operation.results if result.status is ResultStatus.SYNC_FAILED]
    pending = operation.pending()
    if failed and not _same_wave_left(operation, pending):
        reason = f"one or more objects failed to apply, reason: {failed[0].message}"
        return Advance(_finished(operation, Phase.FAILED, reason, now))
    if not pending:
        return Advance(_finished(operation, Phase.SUCCEEDED, "successfully synced (all tasks run)", now))
    return _next_wave(operation, pending, health, now)


def with_results(operation: Operation, results: Iterable[TaskResult]) -> Operation:
    """Record what the steps did; a later result of the same object replaces the earlier."""
    merged = {result.key: result for result in (*operation.results, *results)}
    return replace(operation, results=tuple(merged.values()))


def _same_wave_left(operation: Operation, pending: tuple[SyncTask, ...]) -> bool:
    """Whether the wave that failed has tasks left: all are tried, so that all errors show at once."""
    started = {result.key for result in operation.results}
    waves = {task.wave for task in operation.tasks if task.key in started}
    return bool(pending) and pending[0].wave in waves


def _next_wave(
    operation: Operation,
    pending: tuple[SyncTask, ...],
    health: Mapping[ResourceKey, Health | None],
    now: datetime,
) -> Advance:
    applied = [task.key for task in operation.tasks if task not in pending and task.action is Action.APPLY]
    unhealthy = {key: found for key in applied if (found := health.get(key)) and not _done(found)}
    if not unhealthy:
        return Advance(operation, _batches(pending))
    degraded = [key for key, found in unhealthy.items() if found.status is HealthStatus.DEGRADED]
    if degraded:
        reason = f"one or more synchronization tasks completed unsuccessfully: {degraded[0]} is Degraded"
        return Advance(_finished(operation, Phase.FAILED, reason, now))
    waited = now - operation.started_at
    first = next(iter(unhealthy))
    if waited > DEADLINE:
        reason = f"{first} was not Healthy after {DEADLINE.total_seconds():.0f} s"
        return Advance(_finished(operation, Phase.FAILED, reason, now))
    waiting = replace(operation, message=f"waiting for healthy state of {first}")
    return Advance(waiting, wake_after=_poll(waited))


def _done(health: Health) -> bool:
    return health.status is HealthStatus.HEALTHY


def _poll(waited: timedelta) -> timedelta:
    """Look again after 2 s at first, after 30 s once it takes long."""
    index = min(int(waited.total_seconds() // 10), len(_POLLS) - 1)
    return timedelta(seconds=_POLLS[index])


def _batches(pending: tuple[SyncTask, ...]) -> tuple[tuple[SyncTask, ...], ...]:
    """The tasks of the first wave: prunes, then kind by kind."""
    wave = [task for task in pending if task.wave == pending[0].wave]
    return tuple(tuple(batch) for _, batch in groupby(wave, key=lambda task: (task.action, task.key.kind)))


def _finished(operation: Operation, phase: Phase, message: str, now: datetime) -> Operation:
    return replace(operation, phase=phase, message=message, finished_at=now)
