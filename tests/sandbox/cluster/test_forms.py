"""Objects in the form that a client asks for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.cluster.forms import Partial, Tabled, Whole, form_of
from shared.adapters.system.clock import SystemClock
from tests.sandbox.cluster.conftest import Client, Json, config_map

MAPS = "/api/v1/namespaces/default/configmaps"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"
METADATA = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("application/json", Whole),
        ("", Whole),
        ("*/*", Whole),
        (TABLE, Tabled),
        ("application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json", Whole),
        (f"application/vnd.kubernetes.protobuf,{TABLE},application/json", Tabled),
        (METADATA, Partial),
        (f"application/json,{TABLE}", Whole),
    ],
)
def test_the_first_form_that_can_be_made_is_taken(accept: str, form: type) -> None:
    assert type(form_of(accept, "", SystemClock())) is form


def asked(client: Client, path: str, accept: str, **query: str) -> list[Json]:
    url = client.cluster.url + path
    with client._session.get(url, params=query, headers={"Accept": accept}, timeout=10) as answer:
        return [json.loads(line) for line in answer.iter_lines()]


@pytest.mark.parametrize(
    ("include", "kind"), [("", "PartialObjectMetadata"), ("Object", "ConfigMap"), ("None", None)]
)
def test_a_row_carries_as_much_of_its_object_as_is_wanted(client: Client, include: str, kind: Any) -> None:
    client.post(MAPS, {**config_map("x"), "data": {"a": "b"}})
    (table,) = asked(client, f"{MAPS}/x", TABLE, **({"includeObject": include} if include else {}))
    (row,) = table["rows"]
    assert row["cells"][:2] == ["x", 1]
    assert (row["object"] or {}).get("kind") == kind


def test_a_watch_of_tables_tells_its_columns_once(client: Client) -> None:
    for name in ("a", "b"):
        client.post(MAPS, config_map(name, labels={"app": "x"}))
    query = {"watch": "1", "timeoutSeconds": "1", "labelSelector": "app=x"}
    first, second = (line["object"] for line in asked(client, MAPS, TABLE, **query))
    assert [column["name"] for column in first["columnDefinitions"]] == ["Name", "Data", "Age"]
    assert second["columnDefinitions"] == []
    assert [each["rows"][0]["cells"][0] for each in (first, second)] == ["a", "b"]


def test_a_list_of_metadata_has_nothing_else(client: Client) -> None:
    client.post(MAPS, {**config_map("x"), "data": {"a": "b"}})
    (found,) = asked(client, MAPS, METADATA)
    assert found["kind"] == "PartialObjectMetadataList"
    assert {frozenset(item) for item in found["items"]} == {frozenset({"kind", "apiVersion", "metadata"})}


def test_unknown_fields_are_warned_of_unless_they_are_ignored(client: Client) -> None:
    for mode, warned in (("Warn", '299 - "unknown field \\"dta\\""'), ("Ignore", None)):
        body = {**config_map(f"x-{mode.lower()}"), "dta": {}}
        url, query = client.cluster.url + MAPS, {"fieldValidation": mode}
        with client._session.post(url, json=body, params=query) as answer:
            assert (answer.status_code, answer.headers.get("Warning")) == (201, warned)
