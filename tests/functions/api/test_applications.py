"""The application service over HTTP: lists, changes, syncs and refusals, in Argo CD's shape."""

from __future__ import annotations

from typing import Any

import pytest

from shared.domain.specs.app_ref import AppRef
from shared.domain.specs.application import Cascade
from tests.functions.doors import Client, Told
from tests.services.memory_cluster import CONFIG_MAP
from tests.services.worlds import SHOP, application, config_map

APPLICATIONS = "/api/v1/applications"
SHOP_PATH = f"{APPLICATIONS}/shop"


@pytest.fixture
def client() -> Client:
    return Client().log_in()


@pytest.fixture
def deployed(client: Client) -> Client:
    """With the application `shop` deployed twice."""
    client.world.add()
    client.world.run_for(5)
    client.world.receive_push(client.world.push({"shop/greeting.yaml": config_map("greeting", "bye")}))
    client.world.run_for(5)
    return client


def names(told: Told) -> list[str]:
    return [item["metadata"]["name"] for item in told.json["items"] or []]


def labelled(name: str, project: str = "default", **labels: str) -> dict[str, Any]:
    manifest = application(name, project=project)
    manifest["metadata"]["labels"] = labels
    return manifest


def test_no_applications_are_null_as_argo_cd_sends_them(client: Client) -> None:
    assert client.call("GET", APPLICATIONS).json["items"] is None


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["api", "shop", "web"]),
        ("?projects=default", ["api", "web"]),
        ("?projects=default&projects=payments", ["api", "shop", "web"]),
        ("?project=payments", ["shop"]),
        ("?selector=team%3Da", ["api", "shop"]),
        ("?selector=team%3D%3Da,tier%3Dfront", ["shop"]),
        ("?selector=", ["api", "shop", "web"]),
        ("?appNamespace=argocd", ["api", "shop", "web"]),
        ("?appNamespace=elsewhere", []),
        ("?projects=none", []),
    ],
)
def test_a_list_keeps_to_every_filter(client: Client, query: str, expected: list[str]) -> None:
    client.call("POST", APPLICATIONS, labelled("web", team="b"))
    client.call("POST", APPLICATIONS, labelled("shop", "payments", team="a", tier="front"))
    client.call("POST", APPLICATIONS, labelled("api", team="a"))
    assert names(client.call("GET", f"{APPLICATIONS}{query}")) == expected


@pytest.mark.parametrize("selector", ["team", "team!%3Da", "team in (a)", "!team"])
def test_a_selector_that_is_not_understood_is_refused_not_ignored(client: Client, selector: str) -> None:
    told = client.call("GET", f"{APPLICATIONS}?selector={selector.replace(' ', '%20')}")
    assert told.status == 400


def test_one_application_has_its_document_and_what_became_of_it(deployed: Client) -> None:
    found = deployed.call("GET", SHOP_PATH).json
    assert found["spec"] == application()["spec"]
    assert (found["status"]["sync"]["status"], found["status"]["health"]["status"]) == ("Synced", "Healthy")
    assert [entry["id"] for entry in found["status"]["history"]] == [0, 1]
    assert found["status"]["operationState"]["phase"] == "Succeeded"
    assert found["status"]["resources"][0]["name"] == "greeting"
    assert "applied" in found["status"]["tidegate"]["clock"]


def test_an_unknown_application_is_404_in_argo_cds_words(client: Client) -> None:
    told = client.call("GET", f"{APPLICATIONS}/nobody")
    assert (told.status, told.json["message"]) == (404, 'applications.argoproj.io "nobody" not found')


@pytest.mark.parametrize(("refresh", "reason"), [("normal", "refresh"), ("hard", "hard")])
def test_a_refresh_has_it_looked_at_again(deployed: Client, refresh: str, reason: str) -> None:
    assert deployed.call("GET", f"{SHOP_PATH}?refresh={refresh}&wait=0").status == 200
    assert deployed.world.status().wake.reasons == (reason,)


def test_create_stores_it_and_wakes_it(client: Client) -> None:
    told = client.call("POST", APPLICATIONS, application())
    assert told.status == 200
    assert told.json["metadata"]["name"] == "shop"
    client.world.run_for(5)
    assert client.world.state() == ("Synced", "Healthy")


def test_the_same_again_is_no_change(client: Client) -> None:
    client.call("POST", APPLICATIONS, application())
    assert client.call("POST", APPLICATIONS, application()).status == 200
    stored = client.world.rows.application(SHOP)
    assert stored is not None
    assert stored.generation == 1


def test_another_spec_under_the_same_name_needs_upsert(client: Client) -> None:
    client.call("POST", APPLICATIONS, application())
    other = application(path="elsewhere")
    told = client.call("POST", APPLICATIONS, other)
    assert (told.status, told.json["error"]) == (
        400,
        "existing application spec is different, use upsert flag to force update",
    )
    told = client.call("POST", f"{APPLICATIONS}?upsert=true", other)
    assert told.status == 200
    assert told.json["spec"]["source"]["path"] == "elsewhere"


@pytest.mark.parametrize(
    "manifest",
    [
        {},
        {"metadata": {"name": "shop"}},
        {**application(), "kind": "Deployment"},
        {**application(), "metadata": {"name": "Not A Name"}},
        {**application(), "spec": {}},
        {**application(), "spec": 5},
        {**application(), "metadata": 5},
    ],
)
def test_a_manifest_that_is_wrong_is_400_and_nothing_is_stored(
    client: Client, manifest: dict[str, Any]
) -> None:
    assert client.call("POST", APPLICATIONS, manifest).status == 400
    assert client.call("GET", APPLICATIONS).json["items"] is None


def test_update_replaces_what_exists(client: Client) -> None:
    client.call("POST", APPLICATIONS, application())
    told = client.call("PUT", SHOP_PATH, application(path="elsewhere"))
    assert told.json["spec"]["source"]["path"] == "elsewhere"


def test_update_of_another_name_or_of_nobody_is_refused(client: Client) -> None:
    assert client.call("PUT", SHOP_PATH, application()).status == 404
    assert client.call("PUT", SHOP_PATH, application("other")).status == 400
    assert client.call("PUT", SHOP_PATH, {"metadata": None}).status == 400


@pytest.mark.parametrize(
    ("query", "cascade"),
    [
        ("", Cascade.NONE),  # no finalizer
        ("?cascade=false", Cascade.NONE),
        ("?cascade=true", Cascade.FOREGROUND),
        ("?cascade=true&propagationPolicy=background", Cascade.BACKGROUND),
        ("?cascade=true&propagationPolicy=Foreground", Cascade.FOREGROUND),
    ],
)
def test_delete_takes_the_objects_along_when_told_to(deployed: Client, query: str, cascade: Cascade) -> None:
    assert deployed.call("DELETE", f"{SHOP_PATH}{query}").json == {}
    deletion = deployed.world.status().deletion
    assert deletion is not None
    assert deletion.cascade == cascade
    assert deployed.call("GET", SHOP_PATH).json["metadata"]["deletionTimestamp"]
    deployed.world.run_for(5)
    assert deployed.call("GET", SHOP_PATH).status == 404
    assert bool(deployed.world.cluster.named("ConfigMap")) is (cascade is Cascade.NONE)


@pytest.mark.parametrize(
    "query", ["?propagationPolicy=sideways", "?cascade=false&propagationPolicy=background"]
)
def test_delete_in_a_way_that_makes_no_sense_is_refused(deployed: Client, query: str) -> None:
    assert deployed.call("DELETE", f"{SHOP_PATH}{query}").status == 400
    assert deployed.world.status().deletion is None


def test_delete_of_nobody_is_404(client: Client) -> None:
    assert client.call("DELETE", SHOP_PATH).status == 404


def test_sync_shows_the_operation_that_is_asked_for(deployed: Client) -> None:
    told = deployed.call("POST", f"{SHOP_PATH}/sync", {"prune": True, "dryRun": True})
    assert told.json["operation"]["sync"]["prune"] is True
    assert told.json["operation"]["sync"]["dryRun"] is True
    assert told.json["operation"]["initiatedBy"] == {"username": "admin"}


def test_a_second_sync_while_one_is_asked_for_is_refused(deployed: Client) -> None:
    deployed.call("POST", f"{SHOP_PATH}/sync", {})
    told = deployed.call("POST", f"{SHOP_PATH}/sync", {})
    assert (told.status, told.json["error"]) == (400, "another operation is already in progress")


def test_sync_takes_one_revision_or_many_and_single_resources(deployed: Client) -> None:
    resource = {"kind": "ConfigMap", "namespace": "shop", "name": "greeting"}
    deployed.call("POST", f"{SHOP_PATH}/sync", {"revision": "main", "resources": [resource]})
    request = deployed.world.status().requested
    assert request is not None
    assert request.revisions == ("main",)
    assert [key.name for key in request.resources] == ["greeting"]


@pytest.mark.parametrize(
    "body",
    [
        {"prune": "yes"},
        {"dryRun": 5},
        {"revision": 5},
        {"revisions": 5},
        {"revisions": "main"},
        {"revisions": [5]},
        {"resources": 5},
        {"resources": ["shop"]},
        {"resources": [{"kind": "ConfigMap"}]},
        {"confirmed": []},
    ],
)
def test_a_sync_that_cannot_be_read_is_400_and_asks_for_nothing(
    deployed: Client, body: dict[str, Any]
) -> None:
    assert deployed.call("POST", f"{SHOP_PATH}/sync", body).status == 400
    assert deployed.world.status().requested is None


@pytest.mark.parametrize("wanted", [0, "0"])
def test_a_rollback_goes_back_and_pins(deployed: Client, wanted: object) -> None:
    assert deployed.call("POST", f"{SHOP_PATH}/rollback", {"id": wanted}).status == 200
    deployed.world.run_for(5)
    found = deployed.call("GET", SHOP_PATH).json
    assert found["status"]["tidegate"]["pin"]["historyId"] == 0
    greeting = deployed.world.cluster.get(CONFIG_MAP, "shop", "greeting")
    assert greeting is not None
    assert greeting["data"] == {"text": "hello"}


def test_a_rollback_to_an_unknown_deployment_names_those_there_are(deployed: Client) -> None:
    told = deployed.call("POST", f"{SHOP_PATH}/rollback", {"id": 7})
    assert told.status == 404
    assert told.json["error"] == "Application history id 7 does not exist. There are: 0, 1"


@pytest.mark.parametrize("wanted", [None, "x", "", -1.5, True, [], "-1"])
def test_a_rollback_without_an_id_is_400(deployed: Client, wanted: object) -> None:
    assert deployed.call("POST", f"{SHOP_PATH}/rollback", {"id": wanted}).status == 400


def test_there_has_to_be_an_operation_to_terminate(deployed: Client) -> None:
    told = deployed.call("DELETE", f"{SHOP_PATH}/operation")
    assert told.status == 400
    assert told.json["error"] == "Unable to terminate operation. No operation is in progress"


def test_the_tree_shows_every_object(deployed: Client) -> None:
    found = deployed.call("GET", f"{SHOP_PATH}/resource-tree").json
    assert [(node["kind"], node["name"]) for node in found["nodes"]] == [("ConfigMap", "greeting")]


@pytest.mark.parametrize("path", ["/sync", "/rollback"])
def test_what_is_done_to_nobody_is_404(client: Client, path: str) -> None:
    assert client.call("POST", f"{APPLICATIONS}/nobody{path}", {"id": 1}).status == 404


def test_an_application_of_another_namespace_is_asked_for_by_app_namespace(client: Client) -> None:
    manifest = application()
    manifest["metadata"]["namespace"] = "team-a"
    client.call("POST", APPLICATIONS, manifest)
    assert client.call("GET", SHOP_PATH).status == 404
    assert client.call("GET", f"{SHOP_PATH}?appNamespace=team-a").status == 200
    client.call("POST", f"{SHOP_PATH}/sync", {"appNamespace": "team-a"})
    assert client.world.status(AppRef("team-a", "shop")).requested is not None
