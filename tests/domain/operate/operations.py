"""Operations in one line: `running(apply("Job/a"), apply("Job/b", 1))`, `done(operation, "Job/a")`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from shared.domain.health.health import Health, HealthStatus
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.operate.advance import Advance, advance, with_results
from shared.domain.operate.operation import Initiator, Operation, ResultStatus, TaskResult
from shared.domain.plan.sync_plan import Action, SyncTask

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
DEGRADED = Health(HealthStatus.DEGRADED, "ImagePullBackOff")


def key(name: str) -> ResourceKey:
    """`Kind[.group]/name`."""
    full_kind, _, name = name.partition("/")
    kind, _, group = full_kind.partition(".")
    return ResourceKey(group, kind, "shop", name)


def crd(name: str) -> str:
    return f"CustomResourceDefinition.apiextensions.k8s.io/{name}"


def apply(name: str, wave: int = 0) -> SyncTask:
    return SyncTask(Action.APPLY, key(name), wave)


def prune(name: str, wave: int = 0) -> SyncTask:
    return SyncTask(Action.PRUNE, key(name), wave)


def check(name: str, wave: int = 0) -> SyncTask:
    return SyncTask(Action.CHECK, key(name), wave)


def running(*tasks: SyncTask, **more: Any) -> Operation:
    return Operation("1", ("abc",), tasks, NOON, Initiator("ada"), **more)


def result(name: str, status: ResultStatus = ResultStatus.SYNCED, message: str = "done") -> TaskResult:
    return TaskResult(key(name), status, message)


def failed(name: str, message: str = "no") -> TaskResult:
    return result(name, ResultStatus.SYNC_FAILED, message)


def done(operation: Operation, *results: str | TaskResult) -> Operation:
    """The operation once these tasks were done and health was looked at again."""
    found = [each if isinstance(each, TaskResult) else result(each) for each in results]
    move = advance(with_results(operation, found), {}, NOON)
    return move.operation if move.wake_after else with_results(operation, found)


def health(**found: Health | str | None) -> dict[ResourceKey, Health | None]:
    """`health(a="Progressing")`: the health of Job/a."""
    return {
        key(f"Job/{name}"): Health(HealthStatus(each)) if isinstance(each, str) else each
        for name, each in found.items()
    }


def moved(operation: Operation, after: timedelta = timedelta(0), **found: Health | str | None) -> Advance:
    return advance(operation, health(**found), NOON + after)


def steps(move: Advance) -> list[str]:
    """One text a batch: `apply a,b`."""
    assert move.wake_after is None
    return [f"{batch[0].action} {','.join(task.key.name for task in batch)}" for batch in move.steps]


def ended(move: Advance) -> str:
    """`Failed: why`."""
    assert (move.steps, move.wake_after) == ((), None)
    assert move.operation.finished_at is not None
    return f"{move.operation.phase}: {move.operation.message}"
