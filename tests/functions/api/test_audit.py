"""The audit log over HTTP."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.functions.doors import Client
from tests.services.worlds import application

AUDIT = "/api/v1/audit"


@pytest.fixture
def client() -> Client:
    client = Client().log_in()
    for name in ("shop", "web"):
        client.call("POST", "/api/v1/applications", application(name))
        client.world.clock.advance(timedelta(seconds=1))
    client.call("DELETE", "/api/v1/applications/web")
    return client


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["create shop", "create web", "delete web"]),
        ("?subject=argocd/web", ["create web", "delete web"]),
        ("?what=application.create&who=admin", ["create shop", "create web"]),
        ("?who=nobody", []),
        ("?since=2999-01-01T00:00:00Z", []),
        ("?since=2000-01-01", ["create shop", "create web", "delete web"]),
        ("?limit=2", ["create shop", "create web"]),
    ],
)
def test_entries_are_chosen_by_who_what_on_whom_and_since_when(
    client: Client, query: str, expected: list[str]
) -> None:
    items = client.call("GET", f"{AUDIT}{query}").json["items"]
    changes = [item for item in items if item["what"].startswith("application.")]
    shown = [f"{item['what'].partition('.')[2]} {item['subject'].partition('/')[2]}" for item in changes]
    assert shown == expected


def test_a_page_says_where_the_next_begins(client: Client) -> None:
    first = client.call("GET", f"{AUDIT}?limit=2").json
    rest = client.call("GET", f"{AUDIT}?limit=2&continue={first['metadata']['continue']}").json
    assert (len(first["items"]), len(rest["items"]), rest["metadata"]["continue"]) == (2, 1, "")


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "limit=x", "since=yesterday"])
def test_what_cannot_be_is_refused(client: Client, query: str) -> None:
    assert client.call("GET", f"{AUDIT}?{query}").status == 400
