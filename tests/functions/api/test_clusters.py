"""Clusters over the REST API, in Argo CD's shape."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from shared.domain.manifests.resource_key import ResourceKey
from shared.errors import UnavailableError
from tests.functions.doors import Client, Told
from tests.services.memory_cluster import MemoryCluster
from tests.services.worlds import application

PROD = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/prod"
SERVERS = {PROD: "https://prod.azmk8s.io:443", "ops": "https://ops.invalid"}


class Fleet(Client):
    """A local cluster, production in Azure, and a context `ops` for a third."""

    def __init__(self) -> None:
        super().__init__()
        memory = self.world.memory
        self.prod, self.ops = MemoryCluster(), MemoryCluster()
        memory.clusters |= {PROD: self.prod, "ops": self.ops}
        memory.cluster_references = lambda: [("ops", SERVERS["ops"])]  # type: ignore[method-assign]
        memory.server_of = lambda reference: SERVERS[reference]  # type: ignore[method-assign]
        for name, cluster in (("local", memory.cluster), ("prod", self.prod), ("ops", self.ops)):
            uid = ResourceKey("", "Namespace", "", "kube-system")
            cluster.objects[uid]["metadata"]["uid"] = f"uid-{name}"
        self.log_in()

    def register(self, upsert: str = "", **body: Any) -> Told:
        return self.call("POST", f"/api/v1/clusters{upsert}", body)

    def names(self) -> list[str]:
        return [item["name"] for item in self.call("GET", "/api/v1/clusters").json["items"] or []]


@pytest.fixture
def fleet() -> Fleet:
    return Fleet()


def test_contexts_and_the_local_cluster_are_there_without_registration(fleet: Fleet) -> None:
    items = fleet.call("GET", "/api/v1/clusters").json["items"]
    assert [(item["name"], item["server"], item["tidegate"]["registered"]) for item in items] == [
        ("ops", "https://ops.invalid", False),
        ("in-cluster", "https://kubernetes.default.svc", False),
    ]
    assert {item["connectionState"]["status"] for item in items} == {"Successful"}
    assert {item["serverVersion"] for item in items} == {"1.34"}


def test_an_aks_cluster_is_registered_by_its_resource_id(fleet: Fleet) -> None:
    told = fleet.register(name="production", resourceId=PROD, server="https://prod.k8s.local")
    assert told.status == 200
    assert (told.json["name"], told.json["server"]) == ("production", "https://prod.azmk8s.io:443")
    assert told.json["tidegate"]["resourceId"] == PROD
    assert {"production", "https://prod.k8s.local", PROD.lower()} <= set(told.json["tidegate"]["aliases"])
    assert fleet.names()[0] == "production"


@pytest.mark.parametrize(
    "target",
    [
        "production?id.type=name",
        quote("https://prod.azmk8s.io:443", safe=""),
        quote("https://PROD.azmk8s.io/", safe=""),
        quote("https://prod.k8s.local", safe=""),
        quote(PROD, safe=""),
    ],
)
def test_a_cluster_is_got_and_removed_by_any_of_its_names(fleet: Fleet, target: str) -> None:
    fleet.register(name="production", resourceId=PROD, server="https://prod.k8s.local")
    assert fleet.call("GET", f"/api/v1/clusters/{target}").json["tidegate"]["id"] == "uid-prod"
    assert fleet.call("DELETE", f"/api/v1/clusters/{target}").json == {}
    assert fleet.call("GET", f"/api/v1/clusters/{target}").status == 404
    assert "production" not in fleet.names()


def test_one_cluster_under_two_names_is_one_item(fleet: Fleet) -> None:
    fleet.register(name="operations", context="ops")
    second = fleet.register(name="night-shift", context="ops").json
    assert second["name"] == "operations"
    assert fleet.names() == ["operations", "in-cluster"]
    assert fleet.register("?upsert=true", name="night-shift", context="ops").json["name"] == "night-shift"


def test_a_server_alone_means_the_context_with_that_server(fleet: Fleet) -> None:
    told = fleet.register(name="operations", server="https://ops.invalid/", config={"tlsClientConfig": {}})
    assert told.json["tidegate"]["context"] == "ops"


def test_a_name_that_means_another_cluster_is_a_conflict(fleet: Fleet) -> None:
    told = fleet.register(name="ops", resourceId=PROD)
    assert told.status == 409
    assert "Cluster ops (uid-prod): ops already means the cluster uid-ops" in told.json["message"]


def test_applications_are_counted_under_every_name(fleet: Fleet) -> None:
    fleet.register(name="production", resourceId=PROD)
    for number, destination in enumerate(({"name": "production"}, {"server": "https://prod.azmk8s.io"})):
        manifest = application(f"shop-{number}", destination={**destination, "namespace": "shop"})
        assert fleet.call("POST", "/api/v1/applications", manifest).status == 200
    counts = {
        item["name"]: item["info"]["applicationsCount"]
        for item in fleet.call("GET", "/api/v1/clusters").json["items"]
    }
    assert counts == {"production": 2, "ops": 0, "in-cluster": 0}
    assert fleet.call("GET", "/api/v1/clusters/production").json["info"]["applicationsCount"] == 2


def test_a_cluster_that_is_away_is_shown_with_its_reason(fleet: Fleet) -> None:
    fleet.register(name="production", resourceId=PROD)
    fleet.prod.failure = fleet.ops.failure = UnavailableError("cluster did not answer: refused")
    fleet.world.memory.cluster.failure = UnavailableError("cluster did not answer: refused")
    items = fleet.call("GET", "/api/v1/clusters").json["items"]
    assert [item["name"] for item in items] == ["production", "ops"]
    assert {item["connectionState"]["message"] for item in items} == {"cluster did not answer: refused"}
    assert items[0]["tidegate"]["id"] == "uid-prod"


def test_the_list_is_filtered_as_argo_cd_does_it(fleet: Fleet) -> None:
    assert [item["name"] for item in fleet.call("GET", "/api/v1/clusters?name=in-cluster").json["items"]] == [
        "in-cluster"
    ]
    server = quote("https://ops.invalid", safe="")
    assert len(fleet.call("GET", f"/api/v1/clusters?server={server}").json["items"]) == 1
    assert fleet.call("GET", "/api/v1/clusters?name=nobody").json["items"] is None


def test_the_local_cluster_answers_to_its_public_names(fleet: Fleet) -> None:
    server = quote("https://kubernetes.default.svc", safe="")
    for target in (server, "in-cluster?id.type=name"):
        assert fleet.call("GET", f"/api/v1/clusters/{target}").json["tidegate"]["id"] == "uid-local"


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"name": "x"}, "has neither resourceId nor context"),
        ({"name": "x", "server": "https://elsewhere"}, "has neither resourceId nor context"),
        ({"name": "x", "resourceId": PROD, "context": "ops"}, "sets both resourceId and context"),
        ({"name": "x", "resourceId": "/subscriptions/x"}, "is no resource id of an AKS cluster"),
        ({"name": 1}, "name must be a text"),
        ({"name": "x", "resourceId": PROD, "aliases": "y"}, "aliases must be a list of texts"),
        ({"name": "x", "config": []}, "config must be an object"),
        ({"name": "x", "config": {"bearerToken": "word"}}, "config.bearerToken is set"),
        (
            {"name": "x", "config": {"execProviderConfig": {"env": {"A": "word"}}}},
            "config.execProviderConfig",
        ),
        ({"name": "x", "config": {"tlsClientConfig": {"keyData": "word"}}}, "config.tlsClientConfig.keyData"),
    ],
)
def test_what_cannot_be_registered_is_refused_with_a_way_out(fleet: Fleet, body: Any, problem: str) -> None:
    told = fleet.call("POST", "/api/v1/clusters", body)
    assert told.status == 400
    assert problem in told.json["message"]
    assert "word" not in told.text


def test_what_is_not_there_is_404_and_a_context_cannot_be_removed(fleet: Fleet) -> None:
    assert fleet.call("GET", "/api/v1/clusters/nobody").json["message"] == 'clusters "nobody" not found'
    assert fleet.call("DELETE", "/api/v1/clusters/nobody").status == 404
    refused = fleet.call("DELETE", "/api/v1/clusters/ops?id.type=name")
    assert refused.status == 400
    assert "is a context of the kubeconfig" in refused.json["message"]


@pytest.mark.parametrize(
    ("method", "target"), [("GET", ""), ("POST", ""), ("GET", "/ops"), ("DELETE", "/ops")]
)
def test_nobody_sees_or_changes_clusters_without_a_session(method: str, target: str) -> None:
    assert Client().call(method, f"/api/v1/clusters{target}", {}).status == 401


def test_who_changed_the_clusters_is_in_the_audit_log(fleet: Fleet) -> None:
    fleet.register(name="production", resourceId=PROD)
    fleet.world.clock.advance(timedelta(seconds=1))
    fleet.call("DELETE", "/api/v1/clusters/production")
    items = fleet.call("GET", "/api/v1/audit").json["items"]
    assert [(item["who"], item["what"], item["subject"]) for item in items] == [
        ("admin", "cluster.create", "production"),
        ("admin", "cluster.delete", "production"),
    ]
