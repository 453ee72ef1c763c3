"""What there is of an application in its cluster: its own objects, and what these made."""

from __future__ import annotations

from typing import Any

import pytest

from shared.domain.manifests.manifest import Manifest
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.manifests.resource_type import ResourceType
from shared.errors import InvalidRequestError, PermissionDeniedError
from tests.services.memory_cluster import POD
from tests.services.worlds import SHOP, Engine, engine

TIDE = ResourceType("sea.example", "v1", "Tide", "tides", namespaced=True)
STATEFUL_SET = ResourceType("apps", "v1", "StatefulSet", "statefulsets", namespaced=True)
CLAIM = ResourceType("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", namespaced=True)


def manifest(api: str, kind: str, name: str, **fields: Any) -> Manifest:
    return {"apiVersion": api, "kind": kind, "metadata": {"name": name}, **fields}


def owned(world: Engine, owner: Manifest, api: str, kind: str, name: str) -> Manifest:
    """What a controller makes of its owner."""
    named = {"apiVersion": owner["apiVersion"], "kind": owner["kind"], "name": owner["metadata"]["name"]}
    metadata = {"name": name, "namespace": "shop", "ownerReferences": [{**named, "uid": uid(owner)}]}
    return world.cluster.add({"apiVersion": api, "kind": kind, "metadata": metadata})


def uid(found: Manifest) -> str:
    return str(found["metadata"]["uid"])


def deployed(*manifests: Manifest, served: tuple[ResourceType, ...] = ()) -> Engine:
    world = engine({f"shop/{number}.yaml": each for number, each in enumerate(manifests)})
    world.cluster.served += served
    world.add()
    world.run_for(1)
    return world


def live(world: Engine, kind: str) -> Manifest:
    return next(found for key, found in world.cluster.objects.items() if key.kind == kind)


def made(world: Engine) -> list[str]:
    return [f"{each['kind']} {each['metadata']['name']}" for each in world.read_live_objects(SHOP).made]


def test_the_pods_of_a_workload_are_found_and_those_of_one_object_told_apart() -> None:
    world = deployed(manifest("apps/v1", "Deployment", "web"), manifest("apps/v1", "Deployment", "api"))
    for owner in [found for key, found in world.cluster.objects.items() if key.kind == "Deployment"]:
        name = owner["metadata"]["name"]
        owned(world, owned(world, owner, "apps/v1", "ReplicaSet", f"{name}-1"), "v1", "Pod", f"{name}-1-a")
    found = world.read_live_objects(SHOP)
    web = found.find(ResourceKey("apps", "Deployment", "shop", "web"))
    assert [each["metadata"]["name"] for each in found.below(web)] == ["web-1", "web-1-a"]


def test_an_operators_pods_are_found_below_its_custom_object() -> None:
    world = deployed(manifest("sea.example/v1", "Tide", "high"), served=(TIDE,))
    owned(world, live(world, "Tide"), "v1", "Pod", "high-0")
    assert made(world) == ["Pod high-0"]


def test_the_claims_of_a_stateful_set_are_its_own_though_no_owner_is_written() -> None:
    templates = {"volumeClaimTemplates": [{"metadata": {"name": "data"}}]}
    world = deployed(manifest("apps/v1", "StatefulSet", "db", spec=templates), served=(STATEFUL_SET, CLAIM))
    for name in ("data-db-0", "data-other-0"):
        world.cluster.add(
            {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "metadata": {"name": name, "namespace": "shop"},
            }
        )
    assert made(world) == ["PersistentVolumeClaim data-db-0"]


def test_what_makes_nothing_costs_no_list() -> None:
    world = deployed(manifest("v1", "ConfigMap", "a"))
    world.cluster.calls.clear()
    assert made(world) == []
    assert not [call for call in world.cluster.calls if call.startswith("list")]


def test_a_kind_that_may_not_be_listed_is_left_out() -> None:
    world = deployed(manifest("apps/v1", "Deployment", "web"))
    owned(world, live(world, "Deployment"), "apps/v1", "ReplicaSet", "web-1")
    refused = f"list {ResourceKey('', POD.kind, 'shop', '')}"
    world.cluster.refusals[refused] = PermissionDeniedError("pods is forbidden")
    assert made(world) == ["ReplicaSet web-1"]


def test_an_object_of_somebody_else_is_not_found() -> None:
    world = deployed(manifest("v1", "ConfigMap", "a"))
    world.cluster.add({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": "shop"}})
    with pytest.raises(InvalidRequestError, match="Secret  s not found as part of application shop"):
        world.read_live_objects(SHOP).find(ResourceKey("", "Secret", "shop", "s"))
