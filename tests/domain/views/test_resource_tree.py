"""The tree that the page draws."""

from __future__ import annotations

import json
from typing import Any

from shared.domain.compare.comparison import ResourceDiff
from shared.domain.health.health import Health, HealthStatus
from shared.domain.manifests.manifest import Manifest
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.views.resource_tree import resource_tree


def live(api_version: str, kind: str, name: str, *, owner: Manifest | None = None, **more: Any) -> Manifest:
    metadata: dict[str, Any] = {"name": name, "namespace": "shop", "uid": f"u-{name}", "resourceVersion": "7"}
    if owner:
        reference = {
            "apiVersion": owner["apiVersion"],
            "kind": owner["kind"],
            "name": owner["metadata"]["name"],
        }
        metadata["ownerReferences"] = [{**reference, "uid": owner["metadata"]["uid"]}]
    metadata |= more.pop("metadata", {})
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **more}


DEPLOYMENT = live(
    "apps/v1",
    "Deployment",
    "web",
    metadata={
        "annotations": {"deployment.kubernetes.io/revision": "3"},
        "creationTimestamp": "2026-11-22T10:00:00Z",
    },
)
REPLICA_SET = live("apps/v1", "ReplicaSet", "web-1", owner=DEPLOYMENT)
POD = live(
    "v1",
    "Pod",
    "web-1-a",
    owner=REPLICA_SET,
    spec={"containers": [{"name": "web", "image": "shop:1"}], "restartPolicy": "Always"},
    status={"phase": "Pending"},
)


def managed(manifest: Manifest) -> ResourceDiff:
    return ResourceDiff(ResourceKey.of(manifest), manifest, manifest)


def nodes(*diffs: ResourceDiff, made: tuple[Manifest, ...] = (), **more: Any) -> dict[str, dict[str, Any]]:
    return {node["name"]: node for node in resource_tree(diffs, made, **more)["nodes"]}


def test_a_deployment_its_replica_set_and_its_pod_hang_together() -> None:
    found = nodes(managed(DEPLOYMENT), made=(POD, REPLICA_SET))
    assert list(found) == ["web", "web-1-a", "web-1"]
    assert found["web-1-a"]["parentRefs"][0]["uid"] == found["web-1"]["uid"]
    assert found["web-1"]["parentRefs"][0]["uid"] == found["web"]["uid"]


def test_a_node_has_the_fields_of_argo_cd() -> None:
    assert nodes(managed(DEPLOYMENT))["web"] == {
        "group": "apps",
        "version": "v1",
        "kind": "Deployment",
        "namespace": "shop",
        "name": "web",
        "uid": "u-web",
        "info": [{"name": "Revision", "value": "Rev:3"}],
        "resourceVersion": "7",
        "health": {"status": "Healthy"},
        "createdAt": "2026-11-22T10:00:00Z",
    }


def test_a_pod_has_rows_images_and_health() -> None:
    pod = nodes(managed(DEPLOYMENT), made=(POD, REPLICA_SET))["web-1-a"]
    assert pod["images"] == ["shop:1"]
    assert pod["info"][0] == {"name": "Status Reason", "value": "Pending"}
    assert pod["health"] == {"status": "Progressing"}


def test_what_is_missing_is_a_node_with_its_version() -> None:
    missing = ResourceDiff(ResourceKey.of(DEPLOYMENT), DEPLOYMENT, None)
    assert nodes(missing)["web"] == {
        "group": "apps",
        "version": "v1",
        "kind": "Deployment",
        "namespace": "shop",
        "name": "web",
        "health": {"status": "Missing"},
    }


def test_what_nobody_of_ours_made_is_left_out() -> None:
    assert list(nodes(made=(POD, REPLICA_SET))) == []


def test_a_managed_object_is_one_node_though_it_is_listed_again() -> None:
    tree = resource_tree([managed(DEPLOYMENT)], [DEPLOYMENT, REPLICA_SET])
    assert [node["name"] for node in tree["nodes"]] == ["web", "web-1"]


def test_health_that_is_known_already_is_shown() -> None:
    known = {ResourceKey.of(DEPLOYMENT): Health(HealthStatus.DEGRADED, "ImagePullBackOff")}
    health = nodes(managed(DEPLOYMENT), healths=known)["web"]["health"]
    assert health == {"status": "Degraded", "message": "ImagePullBackOff"}


def test_no_value_of_a_secret_is_in_the_tree() -> None:
    secret = live("v1", "Secret", "login", data={"password": "aHVudGVyMg=="}, stringData={"user": "anna"})
    orphan = live("v1", "Secret", "lost", data={"password": "aHVudGVyMg=="})
    said = json.dumps(resource_tree([managed(secret)], orphans=[orphan]))
    assert "login" in said
    assert "aHVudGVyMg" not in said
    assert "anna" not in said


def test_orphans_are_listed_in_order_beside_the_tree() -> None:
    orphans = [live("v1", "ConfigMap", name) for name in ("b", "a")]
    tree = resource_tree([], orphans=orphans)
    assert [node["name"] for node in tree["orphanedNodes"]] == ["a", "b"]
    assert tree["nodes"] == []


def test_a_controller_revision_shows_its_number() -> None:
    revision = live("apps/v1", "ControllerRevision", "db-5", revision=5)
    assert nodes(managed(revision))["db-5"]["info"] == [{"name": "Revision", "value": "Rev:5"}]
