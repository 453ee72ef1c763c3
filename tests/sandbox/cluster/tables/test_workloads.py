"""What `kubectl get` says of pods and workloads."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.cluster.tables import workloads
from sandbox.cluster.tables.cells import Row

NOW = datetime(2026, 1, 1, 1, tzinfo=UTC)
BORN = "2026-01-01T00:59:00Z"
RUNNING = {"name": "app", "ready": True, "state": {"running": {}}}
READY = {"type": "Ready", "status": "True"}


def row(spec: dict[str, Any], status: dict[str, Any], **metadata: Any) -> Row:
    body = {
        "metadata": {"name": "web", "creationTimestamp": BORN, **metadata},
        "spec": spec,
        "status": status,
    }
    return Row(body, NOW)


def pod(containers: list[dict[str, Any]], phase: str = "Running", **more: Any) -> Row:
    spec = {"containers": [{"name": "app"}] * max(1, len(containers)), "initContainers": [{"name": "init"}]}
    return row(spec, {"phase": phase, "containerStatuses": containers, "conditions": [READY], **more})


def held(reason: str) -> dict[str, Any]:
    return {"name": "app", "ready": False, "state": {"waiting": {"reason": reason}}}


def ended(code: int, reason: str = "") -> dict[str, Any]:
    return {"name": "app", "ready": False, "state": {"terminated": {"exitCode": code, "reason": reason}}}


@pytest.mark.parametrize(
    ("found", "status"),
    [
        (pod([RUNNING]), "Running"),
        (pod([], "Pending"), "Pending"),
        (pod([RUNNING, held("CrashLoopBackOff")]), "CrashLoopBackOff"),
        (pod([ended(0, "Completed")], "Succeeded"), "Completed"),
        (pod([ended(3)], "Failed"), "ExitCode:3"),
        (pod([ended(0, "Completed"), RUNNING]), "Running"),
        (pod([RUNNING], reason="Evicted"), "Evicted"),
        (pod([held("PodInitializing")], "Pending", initContainerStatuses=[{"state": {}}]), "Init:0/1"),
        (pod([], "Pending", initContainerStatuses=[held("ErrImagePull")]), "Init:ErrImagePull"),
        (pod([], "Pending", initContainerStatuses=[ended(1, "Error")]), "Init:Error"),
        (pod([], "Pending", initContainerStatuses=[ended(1)]), "Init:ExitCode:1"),
        (pod([RUNNING], initContainerStatuses=[ended(0, "Completed")]), "Running"),
    ],
)
def test_a_pod_is_said_in_one_word(found: Row, status: str) -> None:
    assert workloads.pod_status(found) == status


def test_a_pod_that_is_deleted_is_terminating_until_it_is_over() -> None:
    leaving = {"deletionTimestamp": BORN}
    assert workloads.pod_status(row({}, {"phase": "Running"}, **leaving)) == "Terminating"
    assert workloads.pod_status(row({}, {"phase": "Succeeded"}, **leaving)) == "Succeeded"


def test_a_pod_counts_its_ready_containers_and_restarts() -> None:
    crashed = {
        **RUNNING,
        "restartCount": 2,
        "lastState": {"terminated": {"finishedAt": "2026-01-01T00:50:00Z"}},
    }
    found = pod([crashed, held("ErrImagePull")], podIP="10.0.0.9")
    expected = ["web", "1/2", "ErrImagePull", "2 (10m ago)", "60s", "10.0.0.9", "<none>", "<none>", "<none>"]
    assert workloads.pod(found) == expected


def test_workloads_tell_how_many_pods_they_have() -> None:
    template = {"spec": {"containers": [{"name": "app", "image": "app:1"}]}}
    spec = {"replicas": 3, "selector": {"matchLabels": {"a": "b"}}, "template": template}
    status = {"readyReplicas": 2, "updatedReplicas": 3, "availableReplicas": 2, "replicas": 3}
    assert workloads.deployment(row(spec, status)) == ["web", "2/3", 3, 2, "60s", "app", "app:1", "a=b"]
    assert workloads.replica_set(row(spec, status)) == ["web", 3, 3, 2, "60s", "app", "app:1", "a=b"]
    assert workloads.stateful_set(row(spec, status)) == ["web", "2/3", "60s", "app", "app:1"]
    assert workloads.daemon_set(row(spec, {"numberReady": 1}))[:7] == ["web", 0, 0, 1, 0, 0, "<none>"]


def test_a_job_tells_how_long_it_took() -> None:
    times = {"startTime": "2026-01-01T00:59:10Z", "completionTime": "2026-01-01T00:59:40Z", "succeeded": 1}
    complete = {**times, "conditions": [{"type": "Complete", "status": "True"}]}
    assert workloads.job(row({"completions": 1}, complete))[:5] == ["web", "Complete", "1/1", "30s", "60s"]
    running = workloads.job(row({"parallelism": 2}, {"startTime": "2026-01-01T00:59:10Z"}))
    assert running[:4] == ["web", "Running", "0/1 of 2", "50s"]


def test_a_cron_job_and_an_autoscaler_that_did_nothing_yet() -> None:
    assert workloads.cron_job(row({"schedule": "* * * * *"}, {}))[:6] == [
        *("web", "* * * * *", "<none>", "False", 0, "<none>")
    ]
    metric = {"type": "Resource", "resource": {"name": "cpu", "target": {"averageUtilization": 80}}}
    spec = {"scaleTargetRef": {"kind": "Deployment", "name": "web"}, "maxReplicas": 3, "metrics": [metric]}
    assert workloads.autoscaler(row(spec, {}))[1:6] == [
        *("Deployment/web", "cpu: <unknown>/80%", "<unset>", 3, 0)
    ]
