"""What can be read of one application over HTTP: tree, differences, manifests, objects, events, commits."""

from __future__ import annotations

import json

import pytest

from tests.functions.doors import Client
from tests.services.rollouts import add_pod, live, workload
from tests.services.worlds import REPO

SHOP = "/api/v1/applications/shop"


@pytest.fixture
def client() -> Client:
    """With an application whose one Deployment has a pod."""
    client = Client().log_in()
    client.world.git.push(REPO, {"shop/web.yaml": workload("web")})
    client.world.add()
    client.world.run_for(5)
    add_pod(client.world, "web-1")
    return client


def test_the_tree_goes_down_to_the_pods(client: Client) -> None:
    nodes = client.call("GET", f"{SHOP}/resource-tree").json["nodes"]
    assert [node["name"] for node in nodes] == ["web", "web-set", "web-1"]


def test_differences_are_argo_cds_items_and_null_when_there_are_none(client: Client) -> None:
    (item,) = client.call("GET", f"{SHOP}/managed-resources").json["items"]
    assert (item["group"], item["kind"], item["namespace"], item["name"]) == (
        "apps",
        "Deployment",
        "shop",
        "web",
    )
    assert json.loads(item["liveState"])["spec"] == {"replicas": 1}
    assert client.call("GET", f"{SHOP}/managed-resources?kind=Job").json["items"] is None


def test_manifests_are_texts_at_a_revision(client: Client) -> None:
    for query in ("", "?revision=main", "?revisions=main", "?revision="):
        found = client.call("GET", f"{SHOP}/manifests{query}").json
        assert [json.loads(text)["kind"] for text in found["manifests"]] == ["Deployment"]
        assert found["revision"] == client.world.git.head(REPO)
    assert client.call("GET", f"{SHOP}/manifests?revision=nowhere").status == 404


def test_an_object_is_a_text_and_one_that_is_not_there_a_400(client: Client) -> None:
    query = "resourceName=web-1&kind=Pod&version=v1&namespace=shop"
    assert json.loads(client.call("GET", f"{SHOP}/resource?{query}").json["manifest"])["kind"] == "Pod"
    told = client.call("GET", f"{SHOP}/resource?{query.replace('web-1', 'x')}")
    assert (told.status, told.json["message"]) == (400, "Pod  x not found as part of application shop")
    assert client.call("GET", f"{SHOP}/resource?kind=Pod").status == 400


def test_events_are_of_all_or_of_one_object(client: Client) -> None:
    uid = live(client.world, "Pod", "web-1")["metadata"]["uid"]
    client.world.cluster.add(
        {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": "e", "namespace": "shop"},
            "involvedObject": {"uid": uid},
            "message": "Pulled",
        }
    )
    query = f"?resourceUID={uid}&resourceName=web-1&resourceNamespace=shop"
    for each in ("", query):
        (event,) = client.call("GET", f"{SHOP}/events{each}").json["items"]
        assert event["message"] == "Pulled"
    assert client.call("GET", f"{SHOP}/events?resourceName=web").json["items"] == []
    assert client.call("GET", f"{SHOP}/events?resourceName=x").status == 400


def test_a_commit_has_its_author_and_a_branch_is_none(client: Client) -> None:
    head = client.world.git.head(REPO)
    found = client.call("GET", f"{SHOP}/revisions/{head}/metadata").json
    assert found["author"].startswith("Developer")
    told = client.call("GET", f"{SHOP}/revisions/main/metadata")
    assert (told.status, told.json["message"]) == (400, "revision main must be resolved")


def test_the_operation_has_its_waterfall(client: Client) -> None:
    shown = client.call("GET", f"{SHOP}/operation").json
    assert shown["operationState"]["phase"] == "Succeeded"
    assert shown["waves"][0]["tasks"][0]["name"] == "web"
    own = client.call("GET", SHOP).json["status"]["tidegate"]
    assert own["stages"] == shown["stages"]
    assert (own["staleSeconds"], own["reasons"]) == (0, [])
    assert own["observedAt"] == client.call("GET", SHOP).json["status"]["reconciledAt"]


@pytest.mark.parametrize(
    "path",
    [
        "resource-tree",
        "managed-resources",
        "manifests",
        "events",
        "operation",
        "logs",
        "resource?kind=a&resourceName=b",
    ],
)
def test_everything_needs_a_login_and_an_application(client: Client, path: str) -> None:
    assert client.call("GET", f"/api/v1/applications/nobody/{path}").status == 404
    client.token = ""
    assert client.call("GET", f"{SHOP}/{path}").status == 401


def test_who_has_an_answer_already_is_told_so_in_no_words(client: Client) -> None:
    first = client.call("GET", f"{SHOP}/resource-tree")
    again = client.call("GET", f"{SHOP}/resource-tree", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, again.text) == (304, "")
    add_pod(client.world, "web-2")
    changed = client.call("GET", f"{SHOP}/resource-tree", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status == 200
