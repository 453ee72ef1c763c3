"""The promise of the port cluster_objects: deletion, finalizers, owners and namespaces."""

from __future__ import annotations

from typing import Any

import pytest

from shared.errors import ConflictError, UnavailableError
from shared.ports.cluster_objects import PatchKind, Propagation
from tests.controlplane.cluster_world import ClusterWorld
from tests.controlplane.objects import config_map, deployment
from tests.controlplane.polling import eventually

FINALIZER = "test.tidegate.dev/hold"


def is_gone(world: ClusterWorld, namespace: str, name: str) -> bool:
    return world.objects.get(world.type("ConfigMap"), namespace, name) is None


def family(world: ClusterWorld, namespace: str) -> None:
    """A ConfigMap that owns another."""
    owner = world.objects.create(world.type("ConfigMap"), config_map(namespace, "owner"))
    reference = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "name": "owner",
        "uid": owner["metadata"]["uid"],
        "blockOwnerDeletion": True,
    }
    world.objects.create(world.type("ConfigMap"), config_map(namespace, "child", ownerReferences=[reference]))


@pytest.mark.parametrize("propagation", list(Propagation))
def test_what_is_deleted_goes_and_what_is_absent_is_false(
    cluster_world: ClusterWorld, namespace: str, propagation: Propagation
) -> None:
    type = cluster_world.type("ConfigMap")
    cluster_world.objects.create(type, config_map(namespace, "a"))
    assert cluster_world.objects.delete(type, namespace, "a", propagation=propagation)
    eventually(lambda: is_gone(cluster_world, namespace, "a"), "the object is gone")
    assert not cluster_world.objects.delete(type, namespace, "a", propagation=propagation)


def test_deletion_hits_only_the_object_that_was_meant(cluster_world: ClusterWorld, namespace: str) -> None:
    type = cluster_world.type("ConfigMap")
    first = cluster_world.objects.create(type, config_map(namespace, "a"))["metadata"]["uid"]
    cluster_world.objects.delete(type, namespace, "a", propagation=Propagation.BACKGROUND, uid=first)
    second = cluster_world.objects.create(type, config_map(namespace, "a"))["metadata"]["uid"]

    with pytest.raises(ConflictError, match=r"(?i)\buid\b"):
        cluster_world.objects.delete(type, namespace, "a", uid=first)

    assert not is_gone(cluster_world, namespace, "a")
    assert cluster_world.objects.delete(type, namespace, "a", uid=second)


def test_a_finalizer_holds_an_object_until_it_is_taken_away(
    cluster_world: ClusterWorld, namespace: str
) -> None:
    type = cluster_world.type("ConfigMap")
    cluster_world.objects.create(
        type, config_map(namespace, "a", finalizers=[FINALIZER], labels={"held": "yes"})
    )
    assert cluster_world.objects.delete(type, namespace, "a", propagation=Propagation.BACKGROUND)

    held = cluster_world.objects.get(type, namespace, "a")
    (page,) = cluster_world.objects.list_pages(type, namespace=namespace, label_selector="held=yes")
    assert held is not None
    assert held["metadata"]["deletionTimestamp"]
    assert [item.deleting for item in page.items] == [True]
    assert cluster_world.objects.delete(type, namespace, "a", propagation=Propagation.BACKGROUND)

    remove = [
        {"op": "test", "path": "/metadata/finalizers/0", "value": FINALIZER},
        {"op": "remove", "path": "/metadata/finalizers/0"},
    ]
    cluster_world.objects.patch(type, namespace, "a", remove, PatchKind.JSON)
    eventually(lambda: is_gone(cluster_world, namespace, "a"), "the object is gone")


def test_in_the_foreground_the_children_go_first(cluster_world: ClusterWorld, namespace: str) -> None:
    type = cluster_world.type("ConfigMap")
    family(cluster_world, namespace)
    hold = {"metadata": {"finalizers": [FINALIZER]}}
    cluster_world.objects.patch(type, namespace, "child", hold)

    cluster_world.objects.delete(type, namespace, "owner", propagation=Propagation.FOREGROUND)

    def child_is_asked() -> bool:
        child = cluster_world.objects.get(type, namespace, "child")
        return bool(child and child["metadata"].get("deletionTimestamp"))

    eventually(child_is_asked, "the child is asked to go")
    owner = cluster_world.objects.get(type, namespace, "owner")
    assert owner is not None
    assert owner["metadata"]["finalizers"] == ["foregroundDeletion"]
    cluster_world.objects.patch(type, namespace, "child", {"metadata": {"finalizers": None}})
    eventually(lambda: is_gone(cluster_world, namespace, "owner"), "the owner is gone")
    assert is_gone(cluster_world, namespace, "child")


def test_in_the_background_the_owner_goes_at_once(cluster_world: ClusterWorld, namespace: str) -> None:
    family(cluster_world, namespace)
    cluster_world.objects.delete(
        cluster_world.type("ConfigMap"), namespace, "owner", propagation=Propagation.BACKGROUND
    )
    assert is_gone(cluster_world, namespace, "owner")
    eventually(lambda: is_gone(cluster_world, namespace, "child"), "the child follows")


def test_an_orphan_stays_without_an_owner(cluster_world: ClusterWorld, namespace: str) -> None:
    type = cluster_world.type("ConfigMap")
    family(cluster_world, namespace)
    cluster_world.objects.delete(type, namespace, "owner", propagation=Propagation.ORPHAN)
    eventually(lambda: is_gone(cluster_world, namespace, "owner"), "the owner is gone")
    child = cluster_world.objects.get(type, namespace, "child")
    assert child is not None
    assert "ownerReferences" not in child["metadata"]


def test_a_child_of_an_owner_that_never_was_is_collected(cluster_world: ClusterWorld, namespace: str) -> None:
    reference = {"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": "0-0-0-0"}
    cluster_world.objects.create(
        cluster_world.type("ConfigMap"), config_map(namespace, "child", ownerReferences=[reference])
    )
    eventually(lambda: is_gone(cluster_world, namespace, "child"), "the child is collected")


def test_a_deleted_deployment_takes_its_replica_sets_and_pods_along(
    cluster_world: ClusterWorld, namespace: str
) -> None:
    type = cluster_world.type("Deployment", "apps")
    cluster_world.objects.apply(type, deployment(namespace, "web", replicas=2))

    def left(kind: str, group: str = "") -> list[str]:
        pages = cluster_world.objects.list_pages(cluster_world.type(kind, group), namespace=namespace)
        return [item.name for page in pages for item in page.items]

    eventually(lambda: len(left("Pod")) == 2, "two pods are there")
    cluster_world.objects.delete(type, namespace, "web", propagation=Propagation.FOREGROUND)
    eventually(lambda: cluster_world.objects.get(type, namespace, "web") is None, "the Deployment is gone")
    assert left("ReplicaSet", "apps") == []
    eventually(lambda: not left("Pod"), "the pods are gone")


def test_a_namespace_takes_its_content_along_and_accepts_nothing_new_meanwhile(
    cluster_world: ClusterWorld, namespace: str
) -> None:
    spaces, maps, name = cluster_world.type("Namespace"), cluster_world.type("ConfigMap"), f"{namespace}-x"
    metadata: dict[str, Any] = {"name": name, "finalizers": [FINALIZER]}
    made = cluster_world.objects.apply(
        spaces, {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}
    )
    assert made["status"] == {"phase": "Active"}
    cluster_world.objects.create(maps, config_map(name, "a"))

    cluster_world.objects.delete(spaces, "", name, propagation=Propagation.BACKGROUND)

    going = cluster_world.objects.get(spaces, "", name)
    assert going is not None
    assert going["status"]["phase"] == "Terminating"
    for write in (cluster_world.objects.create, cluster_world.objects.apply):
        with pytest.raises(UnavailableError, match=f"namespace {name} because it is being terminated"):
            write(maps, config_map(name, "late"))
    eventually(lambda: is_gone(cluster_world, name, "a"), "the content goes")
    cluster_world.objects.patch(spaces, "", name, {"metadata": {"finalizers": None}})
    eventually(lambda: cluster_world.objects.get(spaces, "", name) is None, "the namespace is gone")


def test_applying_to_what_is_being_deleted_does_not_bring_it_back(
    cluster_world: ClusterWorld, namespace: str
) -> None:
    type = cluster_world.type("ConfigMap")
    manifest = config_map(namespace, "a", {"k": "1"}, finalizers=[FINALIZER])
    cluster_world.objects.apply(type, manifest)
    cluster_world.objects.delete(type, namespace, "a", propagation=Propagation.BACKGROUND)
    changed = config_map(namespace, "a", {"k": "2"}, finalizers=[FINALIZER])
    assert cluster_world.objects.apply(type, changed)["metadata"]["deletionTimestamp"]
    cluster_world.objects.patch(type, namespace, "a", {"metadata": {"finalizers": None}})
    eventually(lambda: is_gone(cluster_world, namespace, "a"), "the object is gone")
