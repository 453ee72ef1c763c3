"""No answer of the API holds a value of a Secret, whoever put it there and in which form."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest

from functions._http import Request
from functions.api import routes
from functions.api.routes import Api
from tests.functions.doors import Client
from tests.services.rollouts import add_pod, workload
from tests.services.worlds import REPO, SHOP, application

# One canary a place: from Git in both forms, by hand in the cluster, in what kubectl remembers, of others
CANARIES = ("c4nary-from-git", "c4nary-as-text", "c4nary-by-hand", "c4nary-remembered", "c4nary-foreign")
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def encoded(value: str) -> str:
    return base64.b64encode(value.encode()).decode()


def secret(name: str, **fields: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": "shop"}, **fields}


@pytest.fixture
def client() -> Client:
    client = Client().log_in()
    world = client.world
    files = {
        "shop/data.yaml": secret("data", data={"key": encoded(CANARIES[0])}),
        "shop/text.yaml": secret("text", stringData={"key": CANARIES[1]}),
        "shop/web.yaml": workload("web"),
    }
    world.git.push(REPO, files)
    world.add(application(policy={"automated": {}}))
    world.run_for(5)
    add_pod(world, "web-1")
    world.cluster.change("Secret", "shop", "data", data={"key": encoded(CANARIES[2])})
    remembered = json.dumps(secret("text", data={"key": encoded(CANARIES[3])}))
    (live,) = [found for key, found in world.cluster.objects.items() if key.name == "text"]
    live["metadata"].setdefault("annotations", {})[LAST_APPLIED] = remembered
    world.cluster.add(secret("foreign", data={"key": encoded(CANARIES[4])}))
    world.wake(SHOP, "live")
    world.run_for(5)
    assert world.state()[0] == "OutOfSync"
    return client


def paths() -> list[str]:
    """Every path that can be read, with what its arguments stand for."""
    known = {"name": "shop", "pod": "web-1", "revision": "main", "cluster": "in-cluster"}
    rules = (str(rule) for rule in routes.route_map().iter_rules() if "GET" in (rule.methods or ()))
    return sorted(re.sub("<(.*?)>", lambda found: known.get(found[1], "any"), rule) for rule in rules)


QUERIES = {
    "/api/v1/applications": ("", "?fields=items.status", "?refresh=hard"),
    "/api/v1/applications/shop": ("", "?refresh=normal&wait=0"),
    "/api/v1/applications/shop/manifests": ("", "?revision=main"),
    "/api/v1/applications/shop/managed-resources": ("", "?kind=Secret"),
    "/api/v1/applications/shop/resource": (
        "?kind=Secret&namespace=shop&resourceName=data&version=v1",
        "?kind=Secret&namespace=shop&resourceName=text",
        "?kind=Secret&namespace=shop&resourceName=foreign",
    ),
    "/api/v1/applications/shop/events": ("", "?resourceName=data&resourceNamespace=shop"),
}


def read(client: Client, path: str, query: str) -> bytes:
    """The answer, of a stream its first parts; refusals count, too."""
    if not path.startswith("/api/v1/stream"):
        told = client.call("GET", path + query)
        return told.text.encode() + repr(told.headers).encode()
    headers = {"authorization": f"Bearer {client.token}"}
    body = Api(client.world)(Request("GET", path, {}, headers, b"")).body
    assert not isinstance(body, bytes)
    return b"".join(first(body))


def first(parts: Iterator[bytes]) -> list[bytes]:
    return list(islice(parts, 2))


def test_no_path_shows_a_canary(client: Client) -> None:
    assert set(QUERIES) <= set(paths())
    read_in_all = 0
    for path in paths():
        for query in QUERIES.get(path, ("",)):
            answer = read(client, path, query)
            read_in_all += len(answer)
            for canary in CANARIES:
                assert canary.encode() not in answer, f"{path}{query}"
                assert encoded(canary).encode() not in answer, f"{path}{query}"
    assert read_in_all > 10_000


@pytest.mark.parametrize("name", ["data", "text"])
def test_the_keys_are_shown_and_a_change_can_be_seen(client: Client, name: str) -> None:
    items = client.call("GET", "/api/v1/applications/shop/managed-resources?kind=Secret").json["items"]
    (item,) = [each for each in items if each["name"] == name]
    live, predicted = (json.loads(item[state]) for state in ("normalizedLiveState", "predictedLiveState"))
    assert item["modified"] is (name == "data")
    if name == "data":
        assert list(live["data"]) == ["key"]
        assert live["data"] != predicted["data"]


def test_a_value_that_is_no_base64_is_masked_like_any_other(client: Client) -> None:
    client.world.push({"shop/data.yaml": secret("data", data={"key": CANARIES[0] + " is no base64"})})
    client.call("POST", "/api/v1/applications/shop/sync", {"prune": False})
    client.world.run_for(5)
    for path in ("", "/operation", "/managed-resources", "/manifests"):
        assert CANARIES[0] not in client.call("GET", f"/api/v1/applications/shop{path}").text
