"""Where the time of a change went."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.operate.operation import Initiator, Operation, ResultStatus, TaskResult
from shared.domain.plan.sync_plan import Action, SyncTask
from shared.domain.record.stage_clock import StageClock
from shared.domain.views.waterfall import stages, waves

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
FIRST, SECOND, LATER = (ResourceKey("", "ConfigMap", "shop", name) for name in ("a", "b", "c"))


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_each_stage_that_was_reached_has_its_moment_and_what_it_took() -> None:
    clock = StageClock("t", received=NOON, resolved=after(0.25), applied=after(3))
    assert stages(clock) == [
        {"name": "received", "at": "2026-01-01T12:00:00.000Z", "seconds": None},
        {"name": "resolved", "at": "2026-01-01T12:00:00.250Z", "seconds": 0.25},
        {"name": "applied", "at": "2026-01-01T12:00:03.000Z", "seconds": 2.75},
    ]


def test_a_clock_that_was_never_started_has_no_stages() -> None:
    assert stages(StageClock()) == []


def test_tasks_are_shown_by_wave_with_what_came_of_them() -> None:
    tasks = (
        SyncTask(Action.APPLY, FIRST, 0),
        SyncTask(Action.APPLY, SECOND, 0),
        SyncTask(Action.PRUNE, LATER, 3),
    )
    results = (
        TaskResult(FIRST, ResultStatus.SYNCED, "created"),
        TaskResult(SECOND, ResultStatus.SYNC_FAILED, "refused"),
    )
    operation = Operation("1", ("r",), tasks, NOON, Initiator("alice"), results=results)
    first, last = waves(operation)
    assert (first["wave"], first["total"], first["done"], first["failed"]) == (0, 2, 2, 1)
    assert [(task["name"], task["status"], task["message"]) for task in first["tasks"]] == [
        ("a", "Synced", "created"),
        ("b", "SyncFailed", "refused"),
    ]
    assert (last["wave"], last["total"], last["done"]) == (3, 1, 0)
    assert (last["tasks"][0]["action"], last["tasks"][0]["status"]) == ("prune", "")
