"""What ignoreDifferences leaves alone stays as it is in the cluster, whoever set it: on both worlds."""

from __future__ import annotations

from shared.domain.compare.adoption import ADOPTED_MANAGERS
from shared.domain.manifests.manifest import Manifest
from shared.domain.plan.manager_migration import migration
from shared.ports.cluster_objects import FIELD_MANAGER, PatchKind
from shared.services.compare_application import writable
from tests.controlplane.cluster_world import ClusterWorld
from tests.controlplane.objects import deployment

_REPLICAS = ("/spec/replicas",)


def synced(world: ClusterWorld, desired: Manifest, *, ignored: tuple[str, ...] = _REPLICAS) -> Manifest:
    """Apply as a sync does, and return the live object."""
    type, metadata = world.type("Deployment", "apps"), desired["metadata"]
    live = world.objects.get(type, metadata["namespace"], metadata["name"])
    if live and (taken := migration(live, FIELD_MANAGER, ADOPTED_MANAGERS)):
        patch = [each for each in taken.patch("") if each["path"] != "/metadata/resourceVersion"]
        world.objects.patch(type, metadata["namespace"], metadata["name"], patch, PatchKind.JSON)
    return world.objects.apply(type, writable(desired, live, ignored, ()))


def test_a_field_that_we_set_before_it_was_ignored_keeps_its_value(
    cluster_world: ClusterWorld, namespace: str
) -> None:
    synced(cluster_world, deployment(namespace, "web", replicas=3), ignored=())
    live = synced(cluster_world, deployment(namespace, "web", replicas=5))
    assert live["spec"]["replicas"] == 3
    live = synced(cluster_world, deployment(namespace, "web", replicas=None))
    assert live["spec"]["replicas"] == 3


def test_what_an_autoscaler_set_stays_its_own(cluster_world: ClusterWorld, namespace: str) -> None:
    synced(cluster_world, deployment(namespace, "web", replicas=3), ignored=())
    type = cluster_world.type("Deployment", "apps")
    scaled = deployment(namespace, "web", replicas=7)
    cluster_world.objects.apply(type, {**scaled, "spec": {"replicas": 7}}, manager="autoscaler")
    live = synced(cluster_world, deployment(namespace, "web", replicas=3))
    assert live["spec"]["replicas"] == 7
    owners = {
        entry["manager"]
        for entry in live["metadata"]["managedFields"]
        if "f:replicas" in entry["fieldsV1"].get("f:spec", {})
    }
    assert FIELD_MANAGER not in owners


def test_what_argo_cd_set_keeps_its_value_when_it_is_adopted(
    cluster_world: ClusterWorld, namespace: str
) -> None:
    type = cluster_world.type("Deployment", "apps")
    argo = "argocd-controller"
    assert argo in ADOPTED_MANAGERS
    cluster_world.objects.apply(type, deployment(namespace, "web", replicas=3), manager=argo)
    live = synced(cluster_world, deployment(namespace, "web", replicas=1))
    assert live["spec"]["replicas"] == 3
