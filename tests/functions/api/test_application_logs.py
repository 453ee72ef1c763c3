"""Logs over HTTP: NDJSON, events, plain text."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shared.ports.pod_logs import LogLine
from tests.functions.doors import Client
from tests.services.rollouts import AT, add_pod, workload
from tests.services.worlds import REPO

SHOP = "/api/v1/applications/shop"


@pytest.fixture
def client() -> Client:
    """With two pods of one Deployment that have printed something."""
    client = Client().log_in()
    client.world.git.push(REPO, {"shop/web.yaml": workload("web")})
    client.world.add()
    client.world.run_for(5)
    for number, name in enumerate(("web-1", "web-2")):
        add_pod(client.world, name)
        client.world.cluster.logs[f"shop/{name}"] = [
            LogLine(AT.format(second * 2 + number), f"{name} {second}") for second in range(3)
        ]
    return client


def entries(client: Client, query: str, path: str = "logs") -> list[dict[str, Any]]:
    told = client.call("GET", f"{SHOP}/{path}?{query}")
    assert told.status == 200
    assert told.headers["Content-Type"] == "application/json"
    return [json.loads(line)["result"] for line in told.text.splitlines()]


def contents(client: Client, query: str, path: str = "logs") -> list[str]:
    return [entry["content"] for entry in entries(client, query, path) if not entry["last"]]


def test_all_pods_of_a_workload_are_merged(client: Client) -> None:
    found = entries(client, "group=apps&kind=Deployment&resourceName=web&namespace=shop&tailLines=2")
    assert [entry["content"] for entry in found] == ["web-1 1", "web-2 1", "web-1 2", "web-2 2", ""]
    assert found[0] == {
        "content": "web-1 1",
        "timeStamp": "2026-01-01T12:00:02Z",
        "timeStampStr": "2026-01-01T12:00:02.000000000Z",
        "podName": "web-1",
        "last": False,
    }
    assert found[-1]["last"] is True


@pytest.mark.parametrize(
    ("query", "path", "expected"),
    [
        ("podName=web-2&namespace=shop", "logs", ["web-2 0", "web-2 1", "web-2 2"]),
        ("", "pods/web-2/logs", ["web-2 0", "web-2 1", "web-2 2"]),
        ("podName=web-2&tailLines=1&follow=true", "logs", ["web-2 2"]),
        ("podName=web-2&tailLines=0", "logs", ["web-2 0", "web-2 1", "web-2 2"]),
        ("filter=1+0", "logs", ["web-1 0"]),
        ("filter=-1%202", "logs", ["web-1 2"]),
        ("filter=!web-1", "logs", ["web-2 0", "web-2 1", "web-2 2"]),
        ("podName=web-1&untilTime=2026-01-01T12:00:02Z", "logs", ["web-1 0", "web-1 1"]),
        ("podName=web-1&sinceTime=2026-01-01T13:00:03%2B01:00", "logs", ["web-1 2"]),
    ],
)
def test_a_part_can_be_asked_for(client: Client, query: str, path: str, expected: list[str]) -> None:
    assert contents(client, query, path) == expected


def test_the_container_and_the_previous_one_are_asked_of_the_cluster(client: Client) -> None:
    contents(client, "podName=web-1&container=proxy&previous=true")
    assert client.world.cluster.calls[-1] == "log of Pod shop/web-1 proxy previous"


def test_who_accepts_events_gets_events(client: Client) -> None:
    told = client.call(
        "GET", f"{SHOP}/logs?podName=web-1&tailLines=1", headers={"Accept": "text/event-stream"}
    )
    first, last, rest = told.text.split("\n\n")
    assert (json.loads(first.removeprefix("data: "))["result"]["content"], rest) == ("web-1 2", "")
    assert json.loads(last.removeprefix("data: "))["result"]["last"] is True


def test_a_download_is_plain_text(client: Client) -> None:
    told = client.call("GET", f"{SHOP}/logs?podName=web-1&download=true")
    assert told.text == "web-1 0\nweb-1 1\nweb-1 2\n"
    assert told.headers["Content-Disposition"] == 'attachment; filename="shop.log"'


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("podName=nobody", "not found as part of"),
        ("kind=Deployment&group=apps", "kind and resourceName must be given"),
        ("tailLines=many", "tailLines must be a whole number"),
        ("follow=yes", "follow must be true or false"),
        ("sinceTime=yesterday", "sinceTime must be a time like"),
    ],
)
def test_what_cannot_be_is_refused_with_a_status(client: Client, query: str, message: str) -> None:
    told = client.call("GET", f"{SHOP}/logs?{query}")
    assert told.status == 400
    assert message in told.json["message"]
