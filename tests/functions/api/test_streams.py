"""Streams of applications and trees, as the API begins them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from functions._http import Request
from functions.api.routes import Api
from shared.errors import NotFoundError, UnauthenticatedError
from tests.functions.doors import Client
from tests.services.rollouts import add_pod, workload
from tests.services.worlds import REPO, application

STREAM = "/api/v1/stream/applications"


@pytest.fixture
def client() -> Client:
    return Client().log_in()


def stream(client: Client, target: str) -> Iterator[bytes]:
    url = urlsplit(target)
    headers = {"authorization": f"Bearer {client.token}"}
    answer = Api(client.world)(Request("GET", url.path, parse_qs(url.query), headers, b""))
    assert answer.headers["Content-Type"] == "application/json"
    assert not isinstance(answer.body, bytes)
    return answer.body


def news(parts: Iterator[bytes]) -> list[Any]:
    """What is told until the stream is quiet."""
    return [json.loads(part)["result"] for part in iter(lambda: next(parts), b"")]


def test_applications_are_told_with_the_fields_that_are_asked_for(client: Client) -> None:
    parts = stream(client, f"{STREAM}?fields=result.type,result.application.metadata.name")
    assert news(parts) == []
    client.world.add()
    assert news(parts) == [{"type": "ADDED", "application": {"metadata": {"name": "shop"}}}]


def test_the_filters_are_those_of_the_list(client: Client) -> None:
    client.world.add(application("shop"))
    client.world.add(application("web"))
    told = news(stream(client, f"{STREAM}?name=web&appNamespace=argocd"))
    assert [event["application"]["metadata"]["name"] for event in told] == ["web"]


def test_a_tree_is_told_whole_when_it_is_another(client: Client) -> None:
    client.world.git.push(REPO, {"shop/web.yaml": workload("web")})
    ref = client.world.add()
    client.world.run_for(5)
    parts = stream(client, f"{STREAM}/shop/resource-tree")
    first = json.loads(next(parts))["result"]
    assert [node["name"] for node in first["nodes"]] == ["web"]
    client.world.wake(ref, "live")
    assert next(parts) == b""
    add_pod(client.world, "web-1")
    client.world.wake(ref, "live")
    assert [node["name"] for node in json.loads(next(parts))["result"]["nodes"]] == [
        "web",
        "web-set",
        "web-1",
    ]


def test_a_stream_of_nobody_and_one_without_a_login_are_refused(client: Client) -> None:
    with pytest.raises(NotFoundError):
        stream(client, f"{STREAM}/nobody/resource-tree")
    client.token = "a.b.c"
    with pytest.raises(UnauthenticatedError):
        stream(client, STREAM)
