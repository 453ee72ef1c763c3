"""A rollout whose pods cannot start is Degraded, with the reason and the image."""

from __future__ import annotations

from typing import Any

import pytest

from shared.domain.health.pod_trouble import newest_pods_of, pod_trouble, workload_health
from shared.domain.manifests.manifest import Manifest
from tests.domain.health.live_objects import live, said


def pod(reason: str = "", *, owner: str = "", field: str = "containerStatuses", **metadata: Any) -> Manifest:
    state = {"waiting": {"reason": reason, "message": "manifest unknown"}} if reason else {"running": {}}
    if owner:
        metadata["ownerReferences"] = [{"uid": owner}]
    containers = {
        "initContainers" if field.startswith("init") else "containers": [{"name": "web", "image": "shop:2"}]
    }
    statuses = {field: [{"name": "web", "image": "docker.io/library/shop:2", "state": state}]}
    return live("v1", "Pod", spec=containers, status=statuses, **metadata)


def rolling() -> Manifest:
    status = {"observedGeneration": 1, "updatedReplicas": 0}
    return live("apps/v1", "Deployment", spec={"replicas": 1}, status=status, generation=1, uid="d")


def replica_set(uid: str, revision: str, owner: str = "d") -> Manifest:
    annotations = {"deployment.kubernetes.io/revision": revision}
    return live("apps/v1", "ReplicaSet", uid=uid, annotations=annotations, ownerReferences=[{"uid": owner}])


@pytest.mark.parametrize(
    "reason", ["ErrImagePull", "ImagePullBackOff", "CrashLoopBackOff", "InvalidImageName"]
)
@pytest.mark.parametrize("field", ["containerStatuses", "initContainerStatuses"])
def test_the_reason_and_the_image_are_named(reason: str, field: str) -> None:
    assert said(pod_trouble([pod(), pod(reason, field=field)])) == (
        f"Degraded: {reason} in container web, image shop:2: manifest unknown"
    )


def test_running_and_creating_pods_are_no_trouble() -> None:
    assert pod_trouble([pod(), pod("ContainerCreating"), pod("PodInitializing")]) is None


def test_a_pod_that_is_going_away_does_not_count() -> None:
    assert pod_trouble([pod("CrashLoopBackOff", deletionTimestamp="2026-11-22T10:00:00Z")]) is None


def test_a_progressing_deployment_with_a_broken_image_is_degraded() -> None:
    assert said(workload_health(rolling(), [pod("ImagePullBackOff")])).startswith(
        "Degraded: ImagePullBackOff"
    )
    assert said(workload_health(rolling(), [pod()])).startswith("Progressing")


def test_a_deployment_that_is_healthy_paused_or_going_stays_so() -> None:
    healthy = live("apps/v1", "Deployment")
    paused = live("apps/v1", "Deployment", spec={"paused": True})
    going = {**rolling(), "metadata": {**rolling()["metadata"], "deletionTimestamp": "2026-11-22T10:00:00Z"}}
    broken = [pod("CrashLoopBackOff")]
    assert said(workload_health(healthy, broken)) == "Healthy"
    assert said(workload_health(paused, broken)) == "Suspended: Deployment is paused"
    assert said(workload_health(going, broken)) == "Progressing: Pending deletion"
    assert workload_health(live("v1", "ConfigMap"), broken) is None


def test_only_pods_of_the_newest_replica_set_are_looked_at() -> None:
    sets = [replica_set("new", "10"), replica_set("old", "9"), replica_set("other", "11", owner="x")]
    pods = [pod(owner=owner, name=owner) for owner in ("old", "other", "new")]
    assert [each["metadata"]["name"] for each in newest_pods_of(rolling(), sets, pods)] == ["new"]
    assert newest_pods_of(rolling(), [], pods) == ()


def test_other_workloads_own_their_pods_themselves() -> None:
    database = live("apps/v1", "StatefulSet", uid="s")
    assert len(newest_pods_of(database, [], [pod(owner="s"), pod(owner="t")])) == 1
