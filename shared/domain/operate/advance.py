"""(operation, health of what was applied, now) → what to do next. The heart of a sync, without I/O."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby

from shared.domain.health.health import Health, HealthStatus
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.operate.operation import Operation, Phase, ResultStatus, TaskResult
from shared.domain.plan.sync_plan import Action, SyncTask

DEADLINE = timedelta(hours=1)
_DEADLINE_SECONDS = int(DEADLINE.total_seconds())
_CRD = "CustomResourceDefinition"
_PAUSE = timedelta(seconds=1)
_POLLS = (2, 2, 5, 10, 30)
_REASONS = 10


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

    The next wave starts only when everything in earlier waves is Healthy, looked at after it was written; an
    object without health, or that is gone again, counts as done. Waiting applies only where there is a
    further wave: a single wave succeeds at once. A self-heal and a dry run do not wait for what they did
    not write.
    `health` is what was found when this message began: after a write, `advance` asks for another look.

    Source: Argo CD gitops-engine/pkg/sync/sync_context.go (Sync, executeSyncFailPhase). It pauses for 2 s
    after each wave (ARGOCD_SYNC_WAVE_DELAY), so that controllers notice; the deadline of an attempt is ours.
    """
    if operation.phase.completed:
        return Advance(operation)
    if operation.phase is Phase.TERMINATING:
        return Advance(_finished(operation, Phase.FAILED, "Operation terminated", now))
    pending = operation.pending()
    failed = [result for result in operation.results if result.status is ResultStatus.SYNC_FAILED]
    if failed and not _left_to_try(operation, pending, failed):
        reason = f"one or more objects failed to apply, reason: {_reasons(failed)}"
        return Advance(_finished(operation, Phase.FAILED, reason, now))
    if not pending:
        said = "all tasks run" if operation.results else "no more tasks"
        return Advance(_finished(operation, Phase.SUCCEEDED, f"successfully synced ({said})", now))
    begun = replace(operation, begun_at=operation.begun_at or now)
    return _next_wave(begun, pending, health, now)


def with_results(operation: Operation, results: Iterable[TaskResult]) -> Operation:
    """Record what the steps did; a later result of the same object replaces the earlier."""
    found = list(results)
    merged = {result.key: result for result in (*operation.results, *found)}
    wrote = any(result.status is ResultStatus.SYNCED for result in found)
    return replace(operation, results=tuple(merged.values()), unseen=operation.unseen or wrote)


def _left_to_try(
    operation: Operation, pending: tuple[SyncTask, ...], failed: list[TaskResult]
) -> list[SyncTask]:
    """What is left of the wave that failed: all is tried, so that all errors show at once.

    What a definition defines is not waited for when the definition itself failed.
    """
    definitions = {result.key.name for result in failed if result.key.kind == _CRD}
    begun = _begun_waves(operation)
    return [task for task in pending if task.wave in begun and not _is_defined_by(task, definitions)]


def _begun_waves(operation: Operation) -> set[int]:
    done = {result.key for result in operation.results}
    return {task.wave for task in operation.tasks if task.key in done}


def _reasons(failed: list[TaskResult]) -> str:
    """Each message once, in Argo CD's words; many are cut short, as each stands beside its object, too."""
    messages = list(dict.fromkeys(result.message for result in failed))
    more = f" and {len(messages) - _REASONS} more" if len(messages) > _REASONS else ""
    return ",".join(messages[:_REASONS]) + more


def _next_wave(
    operation: Operation,
    pending: tuple[SyncTask, ...],
    health: Mapping[ResourceKey, Health | None],
    now: datetime,
) -> Advance:
    wave = pending[0].wave
    earlier = [] if wave in _begun_waves(operation) else _awaited(operation, wave)
    if earlier and operation.unseen:
        return Advance(replace(operation, unseen=False), wake_after=_PAUSE)
    unhealthy = {
        key: found
        for key in earlier
        if (found := health.get(key)) is not None and found.status is not HealthStatus.HEALTHY
    }
    if unhealthy:
        return _held_up(operation, unhealthy, now)
    tasks = [task for task in pending if task.wave == wave]
    if _waited(operation, now) > DEADLINE and _lacks_kinds(operation, tasks):
        reason = f"the cluster did not serve the kind of {tasks[0].key} within {_DEADLINE_SECONDS} s"
        return Advance(_finished(operation, Phase.FAILED, reason, now))
    return Advance(replace(operation, message="one or more tasks are running"), _batches(tasks))


def _lacks_kinds(operation: Operation, tasks: list[SyncTask]) -> bool:
    """Whether these were tried already, or wait for a definition that this operation has applied."""
    done = {result.key.name for result in operation.results if result.key.kind == _CRD}
    return tasks[0].wave in _begun_waves(operation) or all(_is_defined_by(task, done) for task in tasks)


def _is_defined_by(task: SyncTask, definitions: Collection[str]) -> bool:
    """`widgets.example.com` defines a kind of the group example.com."""
    return any(name.endswith(f".{task.key.group}") for name in definitions)


def _waited(operation: Operation, now: datetime) -> timedelta:
    return now - (operation.begun_at or operation.started_at)


def _awaited(operation: Operation, wave: int) -> list[ResourceKey]:
    """What has to be Healthy before this wave."""
    if operation.dry_run:
        return []
    actions = {Action.APPLY} if operation.heals else {Action.APPLY, Action.CHECK}
    return [task.key for task in operation.tasks if task.wave < wave and task.action in actions]


def _held_up(operation: Operation, unhealthy: Mapping[ResourceKey, Health], now: datetime) -> Advance:
    degraded = [key for key, found in unhealthy.items() if found.status is HealthStatus.DEGRADED]
    if degraded:
        why = unhealthy[degraded[0]].message
        reason = f"one or more synchronization tasks completed unsuccessfully: {degraded[0]} is Degraded"
        return Advance(_finished(operation, Phase.FAILED, f"{reason}: {why}" if why else reason, now))
    first, others = next(iter(unhealthy)), len(unhealthy) - 1
    waited = _waited(operation, now)
    if waited > DEADLINE:
        reason = f"{first} was not Healthy after {_DEADLINE_SECONDS} s"
        return Advance(_finished(operation, Phase.FAILED, reason, now))
    message = f"waiting for healthy state of {first}" + (f" and {others} more resources" if others else "")
    return Advance(replace(operation, message=message), wake_after=_poll(waited))


def _poll(waited: timedelta) -> timedelta:
    """Look again after 2 s at first, after 30 s once it takes long."""
    index = min(int(waited.total_seconds() // 10), len(_POLLS) - 1)
    return timedelta(seconds=_POLLS[index])


def _batches(tasks: list[SyncTask]) -> tuple[tuple[SyncTask, ...], ...]:
    """The tasks of one wave: prunes, then kind by kind."""
    return tuple(tuple(batch) for _, batch in groupby(tasks, key=lambda task: (task.action, task.key.kind)))


def _finished(operation: Operation, phase: Phase, message: str, now: datetime) -> Operation:
    return replace(operation, phase=phase, message=message, finished_at=now, unseen=False)
