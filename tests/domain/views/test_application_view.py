"""An Application in the JSON that Argo CD's clients read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.domain.compare.comparison import SyncStatus
from shared.domain.health.health import Health, HealthStatus
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.operate.operation import Initiator, Operation, Phase, ResultStatus, TaskResult
from shared.domain.record.application_status import (
    ApplicationStatus,
    Condition,
    Deletion,
    HistoryEntry,
    Pin,
    ResourceStatus,
    SyncRequest,
)
from shared.domain.record.stage_clock import StageClock
from shared.domain.views.application_view import application_view

NOON = datetime(2026, 1, 1, 12, 0, 0, 123456, tzinfo=UTC)
SOURCE = {"repoURL": "https://github.com/a/b", "path": "shop"}
MANIFEST = {
    "apiVersion": "argoproj.io/v1alpha1",
    "kind": "Application",
    "metadata": {"name": "shop", "namespace": "argocd"},
    "spec": {"source": SOURCE, "destination": {"name": "in-cluster"}},
}
DEPLOYMENT = ResourceKey("apps", "Deployment", "shop", "api")


def view(status: ApplicationStatus = ApplicationStatus(), *history: HistoryEntry) -> dict[str, Any]:
    return application_view(MANIFEST, status, history, NOON.isoformat(), "7")


def test_the_document_is_the_users_without_kind_and_with_the_servers_metadata() -> None:
    shown = view()
    assert "kind" not in shown
    assert shown["spec"] == MANIFEST["spec"]
    assert shown["metadata"]["creationTimestamp"] == "2026-01-01T12:00:00Z"
    assert shown["metadata"]["resourceVersion"] == "7"


def test_one_source_has_a_revision_and_several_have_revisions() -> None:
    one = view(ApplicationStatus(revisions=("a",), source_types=("Helm",)))["status"]
    two = view(ApplicationStatus(revisions=("a", "b"), source_types=("Helm", "Directory")))["status"]
    assert (one["sync"]["revision"], one["sourceType"]) == ("a", "Helm")
    assert (two["sync"]["revisions"], two["sourceTypes"]) == (["a", "b"], ["Helm", "Directory"])


def test_resources_show_their_state_and_leave_out_what_is_empty() -> None:
    service = ResourceKey("", "Service", "shop", "api")
    resources = (
        ResourceStatus(
            DEPLOYMENT, "v1", SyncStatus.SYNCED, Health(HealthStatus.DEGRADED, "no image"), wave=2
        ),
        ResourceStatus(service, "v1", SyncStatus.OUT_OF_SYNC, requires_pruning=True),
    )
    shown = view(ApplicationStatus(resources=resources))["status"]["resources"]
    assert shown[0]["health"] == {"status": "Degraded", "message": "no image"}
    assert (shown[0]["group"], shown[0]["syncWave"]) == ("apps", 2)
    assert shown[1] == {
        "version": "v1",
        "kind": "Service",
        "namespace": "shop",
        "name": "api",
        "status": "OutOfSync",
        "requiresPruning": True,
    }


def test_an_operation_shows_who_what_and_the_result_of_each_object() -> None:
    operation = Operation(
        "1",
        ("a",),
        (),
        NOON,
        Initiator(automated=True),
        phase=Phase.FAILED,
        message="no",
        results=(TaskResult(DEPLOYMENT, ResultStatus.SYNC_FAILED, "denied"),),
        finished_at=NOON + timedelta(seconds=1),
    )
    shown = view(ApplicationStatus(operation=operation))["status"]["operationState"]
    assert (shown["phase"], shown["message"], shown["finishedAt"]) == ("Failed", "no", "2026-01-01T12:00:01Z")
    assert shown["operation"]["initiatedBy"] == {"automated": True}
    assert shown["syncResult"]["resources"][0]["message"] == "denied"


def test_a_running_operation_has_no_end() -> None:
    running = Operation("1", ("a",), (), NOON, Initiator("kim"))
    shown = view(ApplicationStatus(operation=running))["status"]["operationState"]
    assert "finishedAt" not in shown
    assert shown["operation"]["initiatedBy"] == {"username": "kim"}


def test_what_was_asked_for_and_not_begun_stands_beside_the_status() -> None:
    shown = view(ApplicationStatus(requested=SyncRequest(Initiator("kim"), NOON, ("a",), prune=True)))
    assert shown["operation"]["sync"]["prune"] is True


def test_history_is_what_a_rollback_needs() -> None:
    entry = HistoryEntry(4, "op", ("a",), (dict(SOURCE),), NOON, NOON, Initiator("kim"))
    shown = view(ApplicationStatus(), entry)["status"]["history"][0]
    assert (shown["id"], shown["revision"], shown["source"]) == (4, "a", SOURCE)
    several = replace(entry, revisions=("a", "b"), sources=(dict(SOURCE), dict(SOURCE)))
    assert len(view(ApplicationStatus(), several)["status"]["history"][0]["sources"]) == 2


def test_what_argo_cd_has_no_field_for_lies_apart() -> None:
    status = ApplicationStatus(
        pin=Pin(3, ("a",), ("b",), "kim", NOON),
        paused_at=("a",),
        clock=StageClock(trace="t", received=NOON, resolved=NOON + timedelta(seconds=2)),
        conditions=(Condition("SyncError", "no", NOON),),
        deletion=Deletion(NOON, NOON, "none"),
    )
    shown = view(status)
    own = shown["status"]["tidegate"]
    assert (own["pin"]["historyId"], own["paused"], own["clock"]) == (3, True, {"resolved": 2.0})
    assert shown["metadata"]["deletionTimestamp"] == "2026-01-01T12:00:00Z"
    assert shown["status"]["conditions"][0]["lastTransitionTime"] == "2026-01-01T12:00:00Z"
