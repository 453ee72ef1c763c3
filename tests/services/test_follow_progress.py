"""What is written down and counted when an application gets further."""

from __future__ import annotations

import json
import logging

import pytest

from shared.domain.record.change_trace import ChangeKind
from shared.errors import PermissionDeniedError
from shared.log import JsonFormatter
from shared.services.start_sync import SyncWish
from tests.services.rollouts import workload
from tests.services.worlds import SHOP, Engine, config_map, engine, synced_engine


def counted(world: Engine, name: str) -> dict[tuple[str, ...], float]:
    """Value by the labels that differ in these tests."""
    shown = ("stage", "phase", "name", "dest_server")
    return {
        tuple(value for label, value in each.labels if label in shown): each.value
        for each in world.counters.samples()
        if each.name == name
    }


def push(world: Engine, text: str) -> str:
    world.receive_event(world.push({"shop/greeting.yaml": config_map("greeting", text)}).to_message())
    return world.status().wake.traceparent.split("-")[1]


def test_a_finished_change_stays_known_under_its_trace_when_another_has_come() -> None:
    world = synced_engine()
    first = push(world, "bye")
    world.run_for(5)
    world.start_sync(SHOP, SyncWish(), who="alice")
    world.run_for(5)
    assert world.status().clock.trace != first
    (step,) = world.traces.steps(first)
    assert (step.subject, step.phase) == ("application/argocd/shop", "Succeeded")
    assert step.clock.healthy is not None


def test_what_another_change_overtakes_is_known_as_far_as_it_got() -> None:
    world = engine({"shop/web.yaml": workload("web")})
    world.add()
    world.run_for(5)
    world.receive_event(world.push({"shop/web.yaml": workload("web"), "README.md": {"a": 1}}).to_message())
    world.wake(SHOP, "push", traceparent=f"00-{'ab' * 16}-{'ab' * 8}-01")
    world.run_for(1)
    assert world.status().clock.applied is None  # nothing differed
    world.start_sync(SHOP, SyncWish(), who="alice")
    world.run_for(5)
    (step,) = world.traces.steps("ab" * 16)
    assert step.clock.compared is not None
    assert step.phase == ""


def test_a_change_that_no_event_began_is_known_by_who_asked() -> None:
    world = synced_engine()
    new = world.traces.page(10)[0]
    assert [(change.kind, change.name) for change in new] == [(ChangeKind.APPLICATION, "argocd/shop")]
    world.start_sync(SHOP, SyncWish(), who="alice")
    world.run_for(5)
    asked = world.traces.page(1)[0][0]
    assert (asked.kind, asked.by, asked.trace) == (ChangeKind.REQUEST, "alice", world.status().clock.trace)


def test_each_end_of_an_operation_counts_once_and_each_stage_once_a_change() -> None:
    world = synced_engine()
    push(world, "bye")
    world.run_for(60)
    syncs = counted(world, "argocd_app_sync_total")
    assert syncs == {("https://kubernetes.default.svc", "shop", "Succeeded"): 2}
    stages = counted(world, "tidegate_stage_seconds_count")
    assert stages == {(stage,): 2 for stage in ("resolved", "rendered", "compared", "applied", "healthy")}
    assert counted(world, "argocd_app_reconcile_count")[("https://kubernetes.default.svc",)] >= 2


def test_the_log_tells_the_end_of_a_change_under_its_trace(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    caplog.handler.setFormatter(JsonFormatter())
    world = synced_engine()
    caplog.clear()
    trace = push(world, "bye")
    world.run_for(60)
    lines = [json.loads(line) for line in caplog.text.splitlines()]
    told = [(line["message"], line.get("application")) for line in lines if line.get("trace") == trace]
    assert told.count(("operation ended", "argocd/shop")) == 1
    assert told.count(("change is healthy", "argocd/shop")) == 1


def test_a_failed_sync_counts_as_failed() -> None:
    world = engine()
    refused = "apply ConfigMap shop/greeting"
    world.cluster.refusals[refused] = PermissionDeniedError("no")
    world.add()
    world.run_for(600)
    phases = {labels[-1]: value for labels, value in counted(world, "argocd_app_sync_total").items()}
    assert set(phases) == {"Failed"}
