"""What the queues gave up, over HTTP."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.domain.work.message import WorkKind, WorkMessage
from shared.domain.work.message_text import to_text
from tests.functions.doors import Client

MESSAGES = "/api/v1/messages"
WORK = to_text(WorkMessage(WorkKind.RECONCILE, "argocd/shop", "x"))


@pytest.fixture
def client() -> Client:
    client = Client().log_in()
    client.world.add()
    client.world.run_for(5)
    for queue, text in (("work", WORK), ("events", "one"), ("event-grid", "two")):
        client.world.record_poison(queue, text)
    return client


def ids(client: Client, query: str = "") -> dict[str, str]:
    items = client.call("GET", f"{MESSAGES}?{query}").json["items"]
    return {item["queue"]: item["id"] for item in items}


def test_they_are_listed_filtered_and_paged(client: Client) -> None:
    assert set(ids(client)) == {"work", "events", "event-grid"}
    assert set(ids(client, "queue=events")) == {"events"}
    assert set(ids(client, "subject=argocd/")) == {"work"}
    seen, token = [], ""
    while True:
        page = client.call("GET", f"{MESSAGES}?limit=2&continue={token}").json
        seen += [item["id"] for item in page["items"]]
        token = page["metadata"]["continue"]
        if not token:
            break
    assert sorted(seen) == sorted(ids(client).values())


def test_one_says_what_it_is(client: Client) -> None:
    found = client.call("GET", f"{MESSAGES}/{ids(client)['work']}").json
    assert (found["kind"], found["subject"], found["text"]) == ("reconcile", "argocd/shop", WORK)


def test_one_is_retried_and_one_is_deleted(client: Client) -> None:
    known = ids(client)
    assert client.call("POST", f"{MESSAGES}/{known['work']}/retry", {}).json == {}
    assert client.world.queue.length() == 1
    client.world.clock.advance(timedelta(seconds=1))
    assert client.call("DELETE", f"{MESSAGES}/{known['events']}").json == {}
    assert set(ids(client)) == {"event-grid"}
    audited = client.call("GET", "/api/v1/audit?what=message.").json["items"]
    assert [entry["what"] for entry in audited] == ["message.retry", "message.delete"]


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/x"), ("POST", "/x/retry"), ("DELETE", "/x"), ("GET", "/..%2Fpoison")]
)
def test_one_that_is_not_there_is_not_found(client: Client, method: str, path: str) -> None:
    assert client.call(method, f"{MESSAGES}{path}", {} if method == "POST" else None).status == 404


@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("GET", "/x"), ("POST", "/x/retry"), ("DELETE", "/x")]
)
def test_nobody_touches_them_without_logging_in(method: str, path: str) -> None:
    assert Client().call(method, f"{MESSAGES}{path}", {} if method == "POST" else None).status == 401
