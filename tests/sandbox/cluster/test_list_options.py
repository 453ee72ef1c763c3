"""Options of LIST and WATCH are refused as a kube-apiserver refuses them, and obeyed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.controlplane.control_plane import ControlPlane
from tests.sandbox.cluster.conftest import Client, config_map

MAPS = "/api/v1/namespaces/default/configmaps"
INITIAL, MATCH = "sendInitialEvents", "resourceVersionMatch"
WATCH = {"watch": "1", "timeoutSeconds": "1"}
REFUSED: tuple[dict[str, str], ...] = (
    {**WATCH, INITIAL: "true"},
    {**WATCH, INITIAL: "true", MATCH: "Exact"},
    {**WATCH, MATCH: "NotOlderThan"},
    {**WATCH, "resourceVersion": "abc"},
    {INITIAL: "true"},
    {MATCH: "NotOlderThan"},
    {MATCH: "Exact", "resourceVersion": "0"},
    {MATCH: "Bad", "resourceVersion": "1"},
    {"resourceVersion": "abc"},
    {"limit": "x"},
)


def test_refusals_are_those_of_a_kube_apiserver(client: Client, control_plane: ControlPlane) -> None:
    for query in REFUSED:
        with control_plane._session.get(control_plane.server + MAPS, params=query) as answer:
            assert client.get(MAPS, **query) == answer.json(), query


def test_a_version_that_nobody_was_given_is_too_large(client: Client) -> None:
    status = client.get(MAPS, resourceVersion="99999")
    assert (status["code"], status["reason"]) == (504, "Timeout")
    assert status["message"].startswith("Timeout: Too large resource version: 99999, current: ")


def test_an_exact_version_shows_the_list_as_it_was(client: Client) -> None:
    client.post(MAPS, config_map("first"))
    then = str(client.get(MAPS)["metadata"]["resourceVersion"])
    client.post(MAPS, config_map("second"))
    exactly = client.get(MAPS, resourceVersion=then, resourceVersionMatch="Exact")
    assert exactly["metadata"]["resourceVersion"] == then
    assert "second" not in {item["metadata"]["name"] for item in exactly["items"]}
    assert "second" in client.names(MAPS, resourceVersion=then, resourceVersionMatch="NotOlderThan")
    client.cluster.store.forget()
    assert client.get(MAPS, resourceVersion=then, resourceVersionMatch="Exact")["code"] == 410


def lines(client: Client, **query: str) -> list[Any]:
    """(type, name, annotations) of the lines of a short watch of one name."""
    found = client.watch(MAPS, timeoutSeconds="1", fieldSelector="metadata.name=x", **query)
    return [
        (line["type"], line["object"]["metadata"].get("name"), line["object"]["metadata"].get("annotations"))
        for line in json.loads(json.dumps(found))
    ]


@pytest.mark.parametrize(
    ("query", "begins"),
    [
        ({}, ["ADDED"]),
        ({"resourceVersion": "0", "allowWatchBookmarks": "true"}, ["ADDED", "END"]),
        ({INITIAL: "true", MATCH: "NotOlderThan", "allowWatchBookmarks": "true"}, ["ADDED", "END"]),
        ({INITIAL: "true", MATCH: "NotOlderThan"}, ["ADDED"]),
        ({INITIAL: "false", MATCH: "NotOlderThan"}, []),
    ],
)
def test_what_exists_comes_first_where_it_is_asked_for(
    client: Client, query: dict[str, str], begins: list[str]
) -> None:
    client.post(MAPS, config_map("x"))
    seen = lines(client, **query)
    ended = {"k8s.io/initial-events-end": "true"}
    named = ["END" if annotations == ended else kind for kind, _, annotations in seen]
    assert [kind for kind in named if kind != "BOOKMARK"] == begins
