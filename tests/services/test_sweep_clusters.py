"""Each cluster is swept once, whatever the names that lead to it."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from shared.adapters.memory.document_store import MemoryDocumentStore
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.secrets.secret_ref import SecretRef
from shared.domain.specs.destination import Destination
from shared.errors import UnavailableError
from shared.services.clusters import Clusters, ConnectedCluster
from shared.services.sweep_cluster import Kind, Sweep
from shared.services.sweep_clusters import SweepClusters
from tests.services.memory_cluster import MemoryCluster, MemoryConnector

CONFIG_MAPS, DEPLOYMENTS = ("", "ConfigMap"), ("apps", "Deployment")
HERE, HOME = Destination("", server="https://kubernetes.default.svc"), Destination("", name="home")
FAR = Destination("", name="far")


class World:
    """`home` is another name of the local cluster."""

    def __init__(self) -> None:
        local, far = MemoryCluster(), MemoryCluster()
        for name, cluster in (("local", local), ("far", far)):
            kube_system = ResourceKey("", "Namespace", "", "kube-system")
            cluster.objects[kube_system]["metadata"]["uid"] = f"uid-{name}"
        self.far = far
        connector = MemoryConnector({"": local, "home": local, "far": far})
        contexts = [("home", "https://home.invalid"), ("far", "https://far.invalid")]
        self.told: list[SecretRef] = []
        self.moved: set[str] = set()
        self.swept: list[tuple[str, set[Kind]]] = []
        self.failing = ""
        self.sweep = SweepClusters(
            Clusters(connector, MemoryDocumentStore(), lambda: contexts), self._one, self.told.append
        )

    def _one(self, connected: ConnectedCluster, kinds: Collection[Kind]) -> Sweep:
        self.swept.append((connected.key, set(kinds)))
        if connected.key == self.failing:
            raise UnavailableError("list ConfigMaps: no answer")
        return Sweep(moved={f"app-on-{connected.key}"} | self.moved)


@pytest.fixture
def world() -> World:
    return World()


def test_one_cluster_under_two_names_is_swept_once_for_the_kinds_of_both(world: World) -> None:
    moved = world.sweep({HERE: {CONFIG_MAPS}, HOME: {CONFIG_MAPS, DEPLOYMENTS}, FAR: {DEPLOYMENTS}})
    assert world.swept == [("uid-local", {CONFIG_MAPS, DEPLOYMENTS}), ("uid-far", {DEPLOYMENTS})]
    assert moved == {"app-on-uid-local", "app-on-uid-far"}


def test_a_cluster_that_fails_holds_up_no_other(world: World) -> None:
    world.failing = "uid-local"
    assert world.sweep({HERE: {CONFIG_MAPS}, FAR: {CONFIG_MAPS}}) == {"app-on-uid-far"}


def test_a_cluster_that_cannot_be_reached_holds_up_no_other(world: World) -> None:
    world.far.failure = UnavailableError("no answer")
    nowhere = Destination("", name="nowhere")
    assert world.sweep({nowhere: {CONFIG_MAPS}, FAR: {CONFIG_MAPS}, HOME: {CONFIG_MAPS}}) == {
        "app-on-uid-local"
    }


def test_a_secret_that_moved_is_a_matter_of_its_external_secret(world: World) -> None:
    world.moved = {"uid-far/shop/app"}
    assert world.sweep({FAR: {CONFIG_MAPS}}) == {"app-on-uid-far"}
    assert world.told == [SecretRef("uid-far", "shop", "app")]
