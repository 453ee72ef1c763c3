"""What people change in the cluster by hand, and what Git no longer has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from sandbox.demo.world import TYPES
from tests.scenarios.local_world import LocalWorld, config_map, deployment


@pytest.fixture
def world(local_world: Callable[..., LocalWorld]) -> LocalWorld:
    made = local_world()
    made.push(
        {
            "shop/web.yaml": deployment(labels={"team": "a"}),
            "shop/settings.yaml": config_map("settings", labels={"team": "a"}),
        }
    )
    return made


def synced(world: LocalWorld, **automated: bool) -> str:
    """Create the application with this policy and wait; return its commit."""
    world.create("shop", automated=automated)
    world.comes_to("shop", world.copy.head())
    return world.copy.head()


def test_a_deleted_object_comes_back(world: LocalWorld) -> None:
    head = synced(world, prune=True, selfHeal=True)
    world.objects.delete(TYPES["ConfigMap"], world.name, "settings")
    world.eventually(lambda: world.live("ConfigMap", "settings") is not None, "shop")
    world.comes_to("shop", head)
    assert len(world.status("shop")["history"]) == 1, "healing is no deployment"


def test_a_changed_field_is_put_back(world: LocalWorld) -> None:
    head = synced(world, prune=True, selfHeal=True)
    world.objects.patch(TYPES["Deployment"], world.name, "web", {"spec": {"replicas": 4}})
    world.eventually(lambda: _generation(world) == 3, "shop")
    assert (world.live("Deployment", "web") or {})["spec"]["replicas"] == 1
    world.comes_to("shop", head)


def test_a_removed_label_is_put_back_and_a_label_of_others_stays(world: LocalWorld) -> None:
    synced(world, prune=True, selfHeal=True)
    labels = {"metadata": {"labels": {"team": None, "seen-by": "somebody"}}}
    world.objects.patch(TYPES["ConfigMap"], world.name, "settings", labels)

    def put_back() -> bool:
        found = (world.live("ConfigMap", "settings") or {})["metadata"]["labels"]
        return (found.get("team"), found.get("seen-by")) == ("a", "somebody")

    world.eventually(put_back, "shop")


def test_without_self_heal_it_is_only_said(world: LocalWorld) -> None:
    synced(world, prune=True)
    world.objects.patch(TYPES["Deployment"], world.name, "web", {"spec": {"replicas": 4}})
    world.eventually(lambda: world.status("shop")["sync"]["status"] == "OutOfSync", "shop")
    changes = world.changes()
    world.world.scan()
    world.eventually(lambda: world.waiting() == 0)
    assert world.changes() == changes
    assert (world.live("Deployment", "web") or {})["spec"]["replicas"] == 4


def test_without_prune_what_git_dropped_stays_and_is_said(world: LocalWorld) -> None:
    synced(world, selfHeal=True)
    after = world.push({"shop/settings.yaml": None, "shop/web.yaml": deployment(tag="2")})
    world.eventually(lambda: _succeeded(world.operation("shop"), after), "shop")
    found = world.operation("shop")["syncResult"]["resources"]
    results = {each["name"]: each["status"] for each in found if each["kind"] != "Namespace"}
    assert results == {"settings": "PruneSkipped", "web": "Synced"}
    assert world.live("ConfigMap", "settings") is not None
    assert world.status("shop")["sync"]["status"] == "OutOfSync"
    kept = {found["name"]: found for found in world.status("shop")["resources"]}["settings"]
    assert kept["requiresPruning"] is True


def test_adoption_writes_nothing_until_something_changes(world: LocalWorld) -> None:
    _kubectl_create(world, deployment(labels={"team": "a"}), "deployments", "apis/apps/v1")
    _kubectl_create(world, config_map("settings", labels={"team": "a"}), "configmaps", "api/v1")
    world.eventually(_rolled_out(world))
    before = world.live("Deployment", "web") or {}
    world.create("shop")
    world.comes_to("shop", world.copy.head())
    world.eventually(lambda: world.waiting() == 0)
    assert world.changes() == {}
    assert (world.live("Deployment", "web") or {})["metadata"] == before["metadata"]
    after = world.push({"shop/web.yaml": deployment(tag="2", labels={"team": "a"})})
    world.comes_to("shop", after)
    annotations = (world.live("ConfigMap", "settings") or {})["metadata"]["annotations"]
    assert annotations["argocd.argoproj.io/tracking-id"].startswith("shop:")
    assert _generation(world) == before["metadata"]["generation"] + 1


def _generation(world: LocalWorld) -> int:
    return int((world.live("Deployment", "web") or {})["metadata"]["generation"])


def _succeeded(operation: dict[str, Any], commit: str) -> bool:
    return (operation["phase"], operation["syncResult"]["revision"]) == ("Succeeded", commit)


def _rolled_out(world: LocalWorld) -> Callable[[], bool]:
    return lambda: ((world.live("Deployment", "web") or {}).get("status") or {}).get("readyReplicas") == 1


def _kubectl_create(world: LocalWorld, manifest: dict[str, object], resource: str, group: str) -> None:
    """As `kubectl create` does, namespace and all."""
    base = world.cluster_url
    space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": world.name}}
    query = {"fieldManager": "kubectl-create"}
    requests.post(f"{base}/api/v1/namespaces", json=space, params=query, timeout=10).close()
    url = f"{base}/{group}/namespaces/{world.name}/{resource}"
    with requests.post(url, json=manifest, params=query, timeout=10) as answer:
        assert answer.status_code == 201, answer.text
