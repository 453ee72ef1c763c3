"""Clusters by resource id or context: one cluster under two names is one, and no name leads astray."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest

from shared.adapters.memory.document_store import MemoryDocumentStore
from shared.adapters.system.clock import SystemClock
from shared.adapters.system.random import SystemRandom
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.specs.aks_id import AksId
from shared.domain.specs.destination import Destination
from shared.errors import ConflictError, InvalidRequestError, NotFoundError, UnavailableError
from shared.services.clusters import Clusters
from shared.services.record_audit import RecordAudit
from shared.services.register_cluster import ClusterWish, RegisterCluster
from tests.services.memory_cluster import MemoryCluster, MemoryConnector

KUBE_SYSTEM = ResourceKey("", "Namespace", "", "kube-system")
GROUP = "/subscriptions/S-1/resourceGroups/Shop/providers/Microsoft.ContainerService/managedClusters"
PROD, DEV = f"{GROUP}/prod", f"{GROUP}/dev"


class World:
    """Two AKS clusters and a kubeconfig with a context for production and one for the local cluster."""

    def __init__(self) -> None:
        self.prod, self.dev, self.local = (self._cluster(name) for name in ("prod", "dev", "local"))
        self.reached = {PROD: self.prod, DEV: self.dev, "": self.local, "ops": self.prod, "home": self.local}
        self.servers = {
            PROD: "https://prod.azmk8s.io:443",
            DEV: "https://dev.azmk8s.io:443",
            "ops": "https://10.0.0.9",
            "home": "https://10.0.0.1",
        }
        documents = MemoryDocumentStore()
        self.clusters = Clusters(
            MemoryConnector(self.reached), documents, lambda: [(n, self.servers[n]) for n in ("ops", "home")]
        )
        self.audit = RecordAudit(documents, SystemClock(), SystemRandom())
        self.register = RegisterCluster(self.clusters, self.servers.__getitem__, self.audit)

    def add(self, name: str, reference: str, *names: str, upsert: bool = False) -> str:
        return self.register(ClusterWish(name, reference, names), upsert=upsert, who="ann").name

    def key(self, written: str) -> str:
        at = Destination("", server=written) if "://" in written else Destination("", name=written)
        return self.clusters.at(at).key

    @staticmethod
    def _cluster(name: str) -> MemoryCluster:
        cluster = MemoryCluster()
        cluster.objects[KUBE_SYSTEM]["metadata"]["uid"] = f"uid-{name}"
        return cluster


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize(
    "written",
    [
        "production",
        PROD,
        PROD.upper(),
        "https://prod.azmk8s.io",
        "https://PROD.azmk8s.io:443/",
        "https://p.local",
    ],
)
def test_every_name_of_a_registered_cluster_works_as_destination(world: World, written: str) -> None:
    world.add("production", PROD, "https://p.local:443/")
    assert world.key(written) == "uid-prod"


def test_one_cluster_under_two_names_is_one(world: World) -> None:
    world.add("production", PROD)
    world.add("live", "ops")
    assert world.key("production") == world.key("live") == world.key("ops") == "uid-prod"
    (row,) = world.clusters.rows.registered()
    assert (row.name, row.reference) == ("production", PROD)
    assert world.clusters.known() == [
        ("production", "https://prod.azmk8s.io:443"),
        ("home", "https://10.0.0.1"),
    ]


def test_one_reference_stands_for_each_cluster_in_use(world: World) -> None:
    for written in ("ops", "home", "in-cluster"):
        world.key(written)
    world.add("production", PROD)
    assert sorted(world.clusters.by_reference(each).key for each in world.clusters.used()) == [
        "uid-local",
        "uid-prod",
    ]


def test_a_name_that_means_another_cluster_is_refused_naming_both(world: World) -> None:
    world.add("live", PROD)
    with pytest.raises(
        ConflictError, match=r"live \(uid-dev\): live already means the cluster live \(uid-prod\)"
    ):
        world.add("live", DEV)
    with pytest.raises(ConflictError, match=r"https://prod.azmk8s.io already means the cluster live"):
        world.add("dev", DEV, "https://prod.azmk8s.io/")
    assert world.key("live") == "uid-prod"


@pytest.mark.parametrize("name", ["ops", "https://10.0.0.9/", "in-cluster", "https://kubernetes.default.svc"])
def test_a_name_that_a_context_has_for_another_cluster_is_refused(world: World, name: str) -> None:
    with pytest.raises(ConflictError, match=r"Cluster dev \(uid-dev\): .* already means the cluster uid-"):
        world.add("dev", DEV, name)
    assert list(world.clusters.rows.registered()) == []


def test_a_name_that_a_context_has_for_the_same_cluster_is_fine(world: World) -> None:
    assert world.add("ops", PROD) == "ops"
    assert world.key("ops") == "uid-prod"


def test_a_context_that_leads_nowhere_reserves_no_name(world: World) -> None:
    del world.local.objects[KUBE_SYSTEM]
    assert world.add("in-cluster", PROD) == "in-cluster"
    assert world.key("https://kubernetes.default.svc") == "uid-prod"


def test_while_a_context_is_away_nobody_takes_its_name(world: World) -> None:
    world.local.failure = UnavailableError("Cluster https://10.0.0.1: no answer")
    with pytest.raises(UnavailableError):
        world.add("home", PROD)


def test_registering_again_changes_nothing_and_upsert_renames(world: World) -> None:
    world.add("production", PROD)
    assert world.add("production", PROD) == "production"
    assert world.add("live", PROD) == "production"
    assert world.add("live", PROD, upsert=True) == "live"
    assert world.key("production") == world.key("live") == "uid-prod"


def test_without_a_name_the_reference_is_it(world: World) -> None:
    assert world.add("", "ops") == "ops"


def test_the_id_is_kept_as_azure_writes_it(world: World) -> None:
    world.add("production", PROD.replace("managedClusters", "managedclusters") + "/")
    (row,) = world.clusters.rows.registered()
    assert row.reference == PROD


@pytest.mark.parametrize(
    ("reference", "problem"),
    [("", "has neither resourceId nor context"), ("/subscriptions/x", "is no resource id of an AKS cluster")],
)
def test_what_leads_to_no_cluster_is_refused(world: World, reference: str, problem: str) -> None:
    with pytest.raises(InvalidRequestError, match=problem):
        world.add("x", reference)


def test_a_cluster_that_cannot_be_entered_is_not_registered(world: World) -> None:
    world.prod.failure = UnavailableError("Cluster https://prod: no answer")
    with pytest.raises(UnavailableError):
        world.add("production", PROD)
    assert list(world.clusters.rows.registered()) == []


def test_a_cluster_made_anew_under_the_same_id_is_not_taken_for_the_old(world: World) -> None:
    world.add("production", PROD)
    world.reached[PROD] = world._cluster("reborn")
    fresh = Clusters(MemoryConnector(world.reached), world.clusters.rows._documents, list)
    with pytest.raises(NotFoundError, match="registered as uid-prod, and uid-reborn answers at https://prod"):
        fresh.at(Destination("", name="production"))
    world.register.remove("production", who="ann")
    RegisterCluster(fresh, world.servers.__getitem__, world.audit)(ClusterWish("production", PROD), who="ann")
    assert fresh.at(Destination("", name="production")).key == "uid-reborn"


def test_a_removed_cluster_is_unknown_by_all_its_names(world: World) -> None:
    world.add("production", PROD)
    world.register.remove("https://prod.azmk8s.io/", who="ann")
    for written in ("production", PROD, "https://prod.azmk8s.io"):
        with pytest.raises(NotFoundError, match="Known: in-cluster, ops, home"):
            world.key(written)


def test_what_is_not_registered_cannot_be_removed(world: World) -> None:
    with pytest.raises(InvalidRequestError, match="is a context of the kubeconfig"):
        world.register.remove("ops", who="ann")
    with pytest.raises(NotFoundError, match="nowhere"):
        world.register.remove("nowhere", who="ann")


def test_who_registered_and_removed_is_in_the_audit_log(world: World) -> None:
    world.add("production", PROD)
    world.register.remove("production", who="ben")
    entries, _ = world.audit.entries()
    assert [(each.who, each.what, each.subject) for each in entries] == [
        ("ann", "cluster.create", "production"),
        ("ben", "cluster.delete", "production"),
    ]


def test_what_bears_the_tag_is_registered_once(world: World) -> None:
    found = [AksId.parse(PROD), AksId.parse(DEV)]
    assert world.register.discovered(found) == ["prod", "dev"]
    calls = len(world.prod.calls)
    assert world.register.discovered(found) == []
    assert len(world.prod.calls) == calls
    assert world.key("dev") == "uid-dev"


def test_a_tagged_cluster_that_fails_holds_up_no_other(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.prod.failure = UnavailableError("Cluster https://prod: no answer")
    with caplog.at_level(logging.WARNING):
        assert world.register.discovered([AksId.parse(PROD), AksId.parse(DEV)]) == ["dev"]
    assert any(getattr(record, "cluster", "") == PROD for record in caplog.records)


@pytest.fixture
def asked(world: World) -> Callable[[], int]:
    return lambda: sum("kube-system" in call for call in world.prod.calls)


def test_who_a_cluster_is_is_asked_once_a_reference(world: World, asked: Callable[[], int]) -> None:
    world.add("production", PROD)
    for _ in range(3):
        world.key("production")
    assert asked() == 1
