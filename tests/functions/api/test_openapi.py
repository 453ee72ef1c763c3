"""docs/openapi.json: made from the routes, fresh, and true of what the API answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bench.lines import ROOT
from functions.api import openapi
from functions.api.openapi_schemas import SCHEMAS
from tests.functions.doors import Client
from tests.services.rollouts import add_pod, workload
from tests.services.worlds import REPO

SHOP = "/api/v1/applications/{name}"
_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
    "array": list,
    "object": dict,
}


def wrong(value: Any, schema: dict[str, Any], at: str = "answer") -> Iterator[str]:
    """What of a value is not as its schema says; only the words that our schemas use."""
    if name := schema.get("$ref"):
        yield from wrong(value, SCHEMAS[name.rpartition("/")[2]], at)
    elif choices := schema.get("anyOf"):
        found = [list(wrong(value, choice, at)) for choice in choices]
        yield from [] if [] in found else found[0]
    elif not isinstance(value, _TYPES[schema["type"]]):
        yield f"{at} is {type(value).__name__}, not {schema['type']}"
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from wrong(item, schema["items"], f"{at}[{index}]")
    elif isinstance(value, dict):
        yield from (f"{at}.{name} is missing" for name in schema.get("required", ()) if name not in value)
        more = schema.get("additionalProperties")
        for name, item in value.items():
            known = schema.get("properties", {}).get(name) or (more if isinstance(more, dict) else None)
            yield from wrong(item, known, f"{at}.{name}") if known else ()


@pytest.fixture(scope="module")
def client() -> Client:
    """With an application that was deployed and has a pod."""
    client = Client().log_in()
    client.world.git.push(REPO, {"shop/web.yaml": workload("web")})
    client.world.add()
    client.world.run_for(5)
    add_pod(client.world, "web-1")
    client.world.record_poison("events", "nonsense")
    client.world.poll()
    return client


def test_it_is_fresh() -> None:
    text = (ROOT / "docs" / "openapi.json").read_text()
    assert text == openapi.text(), "run: python -m functions.api.openapi"


def test_every_schema_that_is_named_is_there() -> None:
    named = {part.partition('"')[0] for part in openapi.text().split("#/components/schemas/")[1:]}
    assert named <= set(SCHEMAS)


def test_identifiers_of_operations_differ() -> None:
    operations = [each for path in openapi.document()["paths"].values() for each in path.values()]
    assert len({each["operationId"] for each in operations}) == len(operations)


def test_paths_say_their_arguments_and_docstrings_the_query() -> None:
    found = openapi.document()["paths"]["/api/v1/applications/{name}/managed-resources"]["get"]
    assert [(each["name"], each["in"]) for each in found["parameters"]] == [
        ("name", "path"),
        ("group", "query"),
        ("kind", "query"),
        ("namespace", "query"),
        ("name", "query"),
        ("appNamespace", "query"),
    ]


@pytest.mark.parametrize(
    ("path", "query", "name"),
    [
        ("/api/v1/session/userinfo", "", "UserInfo"),
        ("/api/v1/applications", "", "ApplicationList"),
        (SHOP, "", "Application"),
        (f"{SHOP}/resource-tree", "", "ResourceTree"),
        (f"{SHOP}/managed-resources", "", "ManagedResources"),
        (f"{SHOP}/manifests", "", "Manifests"),
        (f"{SHOP}/resource", "?group=apps&kind=Deployment&namespace=shop&resourceName=web", "LiveResource"),
        (f"{SHOP}/events", "", "EventList"),
        (f"{SHOP}/operation", "", "OperationView"),
        ("/api/v1/applicationsets", "", "ApplicationSetList"),
        ("/api/v1/clusters", "", "ClusterList"),
        ("/api/v1/repositories", "", "RepositoryList"),
        ("/api/v1/audit", "", "AuditPage"),
        ("/api/v1/traces", "", "TracePage"),
        ("/api/v1/traces/{trace}", "", "Trace"),
        ("/api/v1/messages", "", "MessagePage"),
        ("/api/v1/messages/{message}", "", "Message"),
        ("/healthz", "?full", "HealthReport"),
    ],
)
def test_an_answer_is_what_its_schema_says(client: Client, path: str, query: str, name: str) -> None:
    names = {
        "{name}": "shop",
        "{trace}": client.world.status().clock.trace,
        "{message}": client.world.messages.page(1)[0][0].id,
    }
    for name_of, value in names.items():
        path = path.replace(name_of, value)
    told = client.call("GET", path + query)
    assert told.status == 200
    assert list(wrong(told.json, SCHEMAS[name])) == []


def test_the_look_at_answers_finds_what_is_wrong() -> None:
    assert list(wrong({"token": 1}, SCHEMAS["Session"])) == ["answer.token is int, not string"]
    assert list(wrong({}, SCHEMAS["ClusterList"])) == [
        "answer.items is missing",
        "answer.metadata is missing",
    ]
