"""Deployments, StatefulSets, DaemonSets, ReplicaSets."""

from __future__ import annotations

from typing import Any

from shared.domain.health.workload_rules import daemon_set, deployment, replica_set, stateful_set
from tests.domain.health.live_objects import conditions, live, said

ROLLOUT = "Progressing: Waiting for rollout to finish: "


def of_deployment(spec: dict[str, Any], **status: Any) -> str:
    status.setdefault("observedGeneration", 2)
    return said(deployment(live("apps/v1", "Deployment", spec=spec, status=status, generation=2)))


def of_stateful_set(spec: dict[str, Any], **status: Any) -> str:
    status.setdefault("observedGeneration", 2)
    return said(stateful_set(live("apps/v1", "StatefulSet", spec=spec, status=status, generation=2)))


def of_daemon_set(spec: dict[str, Any], **status: Any) -> str:
    status.setdefault("observedGeneration", 2)
    return said(daemon_set(live("apps/v1", "DaemonSet", spec=spec, status=status, generation=2)))


def of_replica_set(spec: dict[str, Any], **status: Any) -> str:
    status.setdefault("observedGeneration", 2)
    return said(replica_set(live("apps/v1", "ReplicaSet", spec=spec, status=status, generation=2)))


def test_a_paused_deployment_is_suspended_before_anything_else() -> None:
    assert of_deployment({"paused": True}, observedGeneration=1) == "Suspended: Deployment is paused"


def test_a_deployment_that_its_controller_has_not_seen_is_progressing() -> None:
    assert of_deployment({}, observedGeneration=1).endswith("generation less than desired generation")


def test_a_deployment_past_its_deadline_is_degraded() -> None:
    status = conditions(("Progressing", "False", "ProgressDeadlineExceeded", "…"))
    assert of_deployment({"replicas": 2}, **status) == (
        'Degraded: Deployment "web" exceeded its progress deadline'
    )


def test_a_deployment_progresses_through_updated_terminated_and_available_replicas() -> None:
    spec = {"replicas": 3}
    counts = {"updatedReplicas": 1, "replicas": 4, "availableReplicas": 0}
    assert of_deployment(spec, **counts) == ROLLOUT + "1 out of 3 new replicas have been updated..."
    counts["updatedReplicas"] = 3
    assert of_deployment(spec, **counts) == ROLLOUT + "1 old replicas are pending termination..."
    counts["replicas"] = 3
    assert of_deployment(spec, **counts) == ROLLOUT + "0 of 3 updated replicas are available..."
    counts["availableReplicas"] = 3
    assert of_deployment(spec, **counts) == "Healthy"


def test_a_deployment_without_a_number_of_replicas_has_nothing_to_wait_for() -> None:
    assert of_deployment({}) == "Healthy"
    assert of_deployment({"replicas": 1}).startswith("Progressing")


def test_a_stateful_set_must_be_observed_and_ready() -> None:
    waiting = "Progressing: Waiting for statefulset spec update to be observed..."
    assert of_stateful_set({}, observedGeneration=0) == waiting
    assert of_stateful_set({}, observedGeneration=1) == waiting
    assert (
        of_stateful_set({"replicas": 3}, readyReplicas=1) == "Progressing: Waiting for 2 pods to be ready..."
    )


def test_a_partitioned_stateful_set_waits_for_the_pods_above_the_partition() -> None:
    spec = {"replicas": 3, "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 1}}}
    assert of_stateful_set(spec, readyReplicas=3, updatedReplicas=1) == (
        "Progressing: Waiting for partitioned roll out to finish: 1 out of 2 new pods have been updated..."
    )
    assert of_stateful_set(spec, readyReplicas=3, updatedReplicas=2) == (
        "Healthy: partitioned roll out complete: 2 new pods have been updated..."
    )


def test_a_stateful_set_updated_on_delete_is_healthy_once_ready() -> None:
    spec = {"replicas": 1, "updateStrategy": {"type": "OnDelete"}}
    status = {"readyReplicas": 1, "currentRevision": "a", "updateRevision": "b"}
    assert of_stateful_set(spec, **status) == "Healthy: statefulset has 1 ready pods"


def test_a_stateful_set_rolls_until_both_revisions_agree() -> None:
    status = {"readyReplicas": 1, "updatedReplicas": 0, "currentReplicas": 1, "currentRevision": "a"}
    assert of_stateful_set({"replicas": 1}, **status, updateRevision="b") == (
        "Progressing: waiting for statefulset rolling update to complete 0 pods at revision b..."
    )
    assert of_stateful_set({"replicas": 1}, **status, updateRevision="a") == (
        "Healthy: statefulset rolling update complete 1 pods at revision a..."
    )


def test_a_daemon_set_progresses_through_updated_and_available_pods() -> None:
    waiting = 'Progressing: Waiting for daemon set "web" rollout to finish: '
    counts = {"desiredNumberScheduled": 3, "updatedNumberScheduled": 2, "numberAvailable": 2}
    assert of_daemon_set({}, **counts) == waiting + "2 out of 3 new pods have been updated..."
    counts["updatedNumberScheduled"] = 3
    assert of_daemon_set({}, **counts) == waiting + "2 of 3 updated pods are available..."
    assert of_daemon_set({}, **{**counts, "numberAvailable": 3}) == "Healthy"
    assert of_daemon_set({}, **counts, observedGeneration=1).startswith(ROLLOUT + "observed daemon set")


def test_a_daemon_set_updated_on_delete_is_healthy() -> None:
    spec = {"updateStrategy": {"type": "OnDelete"}}
    assert of_daemon_set(spec, desiredNumberScheduled=3, updatedNumberScheduled=1) == (
        "Healthy: daemon set 1 out of 3 new pods have been updated"
    )


def test_a_replica_set_that_cannot_make_pods_is_degraded() -> None:
    status = conditions(("ReplicaFailure", "True", "FailedCreate", "quota exceeded"))
    assert of_replica_set({"replicas": 1}, **status) == "Degraded: quota exceeded"
    status = conditions(("ReplicaFailure", "False", "FailedCreate", "quota exceeded"))
    assert of_replica_set({"replicas": 1}, **status).startswith(ROLLOUT + "0 out of 1 new replicas")
    assert of_replica_set({"replicas": 1}, availableReplicas=1) == "Healthy"
    assert of_replica_set({}, observedGeneration=0).startswith(ROLLOUT + "observed replica set")
