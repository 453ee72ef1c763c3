"""Health of an application's objects; pods are asked for only while a rollout is not done."""

from __future__ import annotations

from typing import Any

from shared.domain.health.health import HealthStatus
from shared.domain.manifests.manifest import Manifest
from shared.domain.manifests.resource_key import ResourceKey
from shared.services.judge_health import JudgeHealth
from shared.services.served_types import ServedTypes
from tests.services.memory_cluster import MemoryCluster
from tests.services.worlds import config_map

WEB = ResourceKey("apps", "Deployment", "shop", "web")


def deployment(**status: Any) -> Manifest:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "shop", "generation": 1, "uid": "web-uid"},
        "spec": {"replicas": 1, "selector": {"matchLabels": {"app": "web"}}},
        "status": {"observedGeneration": 1, **status},
    }


def owned(kind: str, name: str, owner: str, **fields: Any) -> Manifest:
    return {
        "apiVersion": "apps/v1" if kind == "ReplicaSet" else "v1",
        "kind": kind,
        "metadata": {
            "name": name,
            "namespace": "shop",
            "labels": {"app": "web"},
            "ownerReferences": [{"uid": owner, "controller": True}],
            **fields.pop("metadata", {}),
        },
        **fields,
    }


def cluster_whose_image_cannot_be_pulled() -> MemoryCluster:
    cluster = MemoryCluster()
    annotations = {"annotations": {"deployment.kubernetes.io/revision": "1"}}
    owner = cluster.add(owned("ReplicaSet", "web-1", "web-uid", metadata=annotations))["metadata"]["uid"]
    waiting = {"reason": "ImagePullBackOff", "message": "Back-off pulling image nginx:broken"}
    cluster.add(
        owned(
            "Pod",
            "web-1-a",
            owner,
            spec={"containers": [{"name": "web", "image": "nginx:broken"}]},
            status={
                "phase": "Pending",
                "containerStatuses": [{"name": "web", "state": {"waiting": waiting}, "restartCount": 0}],
            },
        )
    )
    return cluster


def test_a_kind_without_health_has_none_and_nothing_is_asked() -> None:
    cluster = MemoryCluster()
    key = ResourceKey("", "ConfigMap", "shop", "greeting")
    assert JudgeHealth()({key: config_map("greeting")}, cluster, ServedTypes(cluster)) == {key: None}
    assert cluster.calls == []


def test_a_rollout_that_is_done_asks_for_no_pods() -> None:
    cluster = MemoryCluster()
    done = deployment(replicas=1, updatedReplicas=1, availableReplicas=1)
    found = JudgeHealth()({WEB: done}, cluster, ServedTypes(cluster))[WEB]
    assert found is not None
    assert found.status is HealthStatus.HEALTHY
    assert cluster.calls == []


def test_a_rollout_that_stands_is_degraded_with_the_reason_of_its_pod() -> None:
    cluster = cluster_whose_image_cannot_be_pulled()
    found = JudgeHealth()({WEB: deployment()}, cluster, ServedTypes(cluster))[WEB]
    assert found is not None
    assert found.status is HealthStatus.DEGRADED
    assert "nginx:broken" in found.message


def test_pods_are_found_by_the_selector_in_the_namespace_of_the_workload() -> None:
    cluster = cluster_whose_image_cannot_be_pulled()
    cluster.calls.clear()
    JudgeHealth()({WEB: deployment()}, cluster, ServedTypes(cluster))
    assert sorted(cluster.calls) == ["list Pod shop/app=web", "list ReplicaSet shop/app=web"]


def test_a_workload_without_a_selector_asks_for_no_pods() -> None:
    cluster = MemoryCluster()
    bare = deployment()
    del bare["spec"]["selector"]
    JudgeHealth()({WEB: bare}, cluster, ServedTypes(cluster))
    assert cluster.calls == []
