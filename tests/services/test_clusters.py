"""One cluster under two names is one cluster."""

from __future__ import annotations

from typing import Any

import pytest

from shared.adapters.memory.document_store import MemoryDocumentStore
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.specs.destination import Destination
from shared.errors import NotFoundError, UnavailableError
from shared.ports.cluster_connector import Cluster
from shared.ports.document_store import Document
from shared.services.clusters import Clusters, reachable
from tests.services.memory_cluster import MemoryCluster

KUBE_SYSTEM = ResourceKey("", "Namespace", "", "kube-system")


class World:
    """Two clusters; the first is the local one and has a name, too."""

    def __init__(self) -> None:
        self.local, self.far = MemoryCluster(), MemoryCluster()
        self.local.objects[KUBE_SYSTEM]["metadata"]["uid"] = "uid-local"
        self.far.objects[KUBE_SYSTEM]["metadata"]["uid"] = "uid-far"
        self.documents = MemoryDocumentStore()
        self.contexts = [("home", "https://10.0.0.1:6443"), ("aks-prod", "https://prod.azmk8s.io:443")]
        self.asked: list[str] = []
        self.clusters = self.restarted()

    def restarted(self) -> Clusters:
        return Clusters(self, self.documents, lambda: iter(self.contexts))

    def connect(self, reference: str) -> Cluster:
        self.asked.append(reference)
        cluster = self.far if reference == "aks-prod" else self.local
        server = dict(self.contexts).get(reference, "https://10.0.0.1:6443")
        return Cluster(server, cluster, cluster, cluster, cluster)

    def key(self, **destination: str) -> str:
        return self.clusters.at(Destination("shop", **destination)).key

    def remembered(self) -> dict[str, list[str]]:
        return {row.key: row.body["aliases"] for row in self.documents.scan("clusters").documents}


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize(
    "destination",
    [
        {"name": "in-cluster"},
        {"name": "home"},
        {"server": "https://kubernetes.default.svc"},
        {"server": "https://kubernetes.default.svc/"},
        {"server": "https://kubernetes.default.svc:443"},
        {"server": "https://10.0.0.1:6443"},
        {"server": "https://10.0.0.1:6443/"},
    ],
)
def test_every_name_of_the_local_cluster_leads_to_it(world: World, destination: dict[str, str]) -> None:
    assert world.key(**destination) == "uid-local"


@pytest.mark.parametrize(
    "destination",
    [
        {"name": "aks-prod"},
        {"server": "https://prod.azmk8s.io"},
        {"server": "https://prod.azmk8s.io:443/"},
        {"server": "HTTPS://Prod.azmk8s.io"},
    ],
)
def test_every_name_of_another_cluster_leads_to_that(world: World, destination: dict[str, str]) -> None:
    found = world.clusters.at(Destination("shop", **destination))
    assert (found.key, found.reference) == ("uid-far", "aks-prod")
    assert found.cluster.objects is world.far


@pytest.mark.parametrize(
    "destination",
    [
        {"name": "aks"},
        {"name": "AKS-PROD"},
        {"server": "https://prod.azmk8s.io:8443"},
        {"server": "http://prod.azmk8s.io"},
        {"server": "https://10.0.0.1"},
    ],
)
def test_an_unknown_cluster_is_refused_and_the_known_are_named(
    world: World, destination: dict[str, str]
) -> None:
    with pytest.raises(NotFoundError, match="Known: in-cluster, home, aks-prod"):
        world.key(**destination)
    assert world.asked == []


def test_without_any_context_the_refusal_says_none(world: World) -> None:
    world.contexts = []
    with pytest.raises(NotFoundError, match="Known: in-cluster, none"):
        world.key(name="home")


def test_two_paths_behind_one_host_are_two_clusters(world: World) -> None:
    world.contexts = [("one", "https://rancher/k8s/c-A"), ("aks-prod", "https://rancher/k8s/c-a/")]
    assert world.key(server="https://rancher/k8s/c-A") == "uid-local"
    assert world.key(server="https://RANCHER:443/k8s/c-a") == "uid-far"


def test_what_is_known_can_be_listed(world: World) -> None:
    assert world.clusters.known() == world.contexts


def test_a_cluster_is_asked_once_who_it_is(world: World) -> None:
    for _ in range(3):
        world.key(name="aks-prod")
    assert world.far.calls == [f"get {KUBE_SYSTEM}"]
    world.clusters = world.restarted()
    world.key(name="aks-prod")
    assert len(world.far.calls) == 2


def test_all_its_names_are_remembered_under_one_key(world: World) -> None:
    world.key(name="in-cluster")
    world.key(name="home")
    world.key(name="aks-prod")
    assert world.remembered() == {
        "uid-local": ["home", "https://10.0.0.1:6443", "in-cluster"],
        "uid-far": ["aks-prod", "https://prod.azmk8s.io"],
    }


def test_a_restart_writes_nothing_that_is_known(world: World) -> None:
    world.key(name="aks-prod")
    before = world.documents.scan("clusters").documents[0].etag
    world.clusters = world.restarted()
    world.key(name="aks-prod")
    assert world.documents.scan("clusters").documents[0].etag == before


class Contended(MemoryDocumentStore):
    def put(self, document: Document) -> Document:
        found = self.get(document.partition, document.key)
        super().put(
            Document(document.partition, document.key, {"aliases": []}, found.etag if found else None)
        )
        return super().put(document)


def test_another_worker_that_remembers_at_the_same_time_is_no_error(world: World) -> None:
    world.documents = Contended()
    world.clusters = world.restarted()
    assert world.key(name="aks-prod") == "uid-far"


@pytest.mark.parametrize("metadata", [None, {}, {"uid": ""}, {"uid": None}])
def test_a_cluster_that_cannot_be_told_from_others_is_refused(world: World, metadata: Any) -> None:
    if metadata is None:
        del world.far.objects[KUBE_SYSTEM]
    else:
        world.far.objects[KUBE_SYSTEM] = {"kind": "Namespace", "metadata": metadata}
    with pytest.raises(NotFoundError, match=r"Cluster https://prod.azmk8s.io:443: it has no kube-system"):
        world.key(name="aks-prod")
    assert world.remembered() == {}


def test_a_cluster_that_was_away_is_known_once_it_is_back(world: World) -> None:
    world.far.failure = UnavailableError("Cluster https://prod.azmk8s.io: no answer")
    with pytest.raises(UnavailableError):
        world.key(name="aks-prod")
    world.far.failure = None
    assert world.key(name="aks-prod") == "uid-far"


def test_what_keeps_a_cluster_from_answering_is_said_in_its_own_words(world: World) -> None:
    assert reachable(world.clusters, "aks-prod") == ""
    world.far.failure = UnavailableError("Cluster https://prod.azmk8s.io: no answer")
    assert reachable(world.clusters, "aks-prod") == "Cluster https://prod.azmk8s.io: no answer"
