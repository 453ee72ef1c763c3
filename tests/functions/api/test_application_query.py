"""Lists over HTTP: filters, pages and fields."""

from __future__ import annotations

import pytest

from tests.functions.doors import Client
from tests.services.worlds import application

APPLICATIONS = "/api/v1/applications"


@pytest.fixture
def client() -> Client:
    """`shop` is deployed, `web` and `api` were never looked at; `api` goes to another namespace."""
    client = Client().log_in()
    client.world.add(application("shop"))
    client.world.run_for(5)
    client.world.add(application("web"))
    there = {"server": "https://kubernetes.default.svc", "namespace": "elsewhere"}
    client.world.add(application("api", destination=there))
    return client


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("sync=Synced", ["shop"]),
        ("sync=Synced,Unknown", ["api", "shop", "web"]),
        ("sync=Synced&sync=Unknown&health=Missing", ["api", "web"]),
        ("namespace=elsewhere", ["api"]),
        ("cluster=in-cluster", ["api", "shop", "web"]),
        ("cluster=staging", []),
        ("search=WE", ["web"]),
        ("search=my-org", ["api", "shop", "web"]),
        ("name=web", ["web"]),
        ("repo=https://github.com/my-org/shop.git", ["api", "shop", "web"]),
    ],
)
def test_a_list_is_filtered_by_the_server(client: Client, query: str, expected: list[str]) -> None:
    items = client.call("GET", f"{APPLICATIONS}?{query}").json["items"] or []
    assert [item["metadata"]["name"] for item in items] == expected


def test_a_page_has_what_remains_and_the_counts_of_all(client: Client) -> None:
    first = client.call("GET", f"{APPLICATIONS}?limit=2&fields=metadata,items.metadata.name").json
    assert first["items"] == [{"metadata": {"name": "api"}}, {"metadata": {"name": "shop"}}]
    metadata = first["metadata"]
    assert metadata["remainingItemCount"] == 1
    assert metadata["counts"] == {
        "total": 3,
        "sync": {"Synced": 1, "Unknown": 2},
        "health": {"Healthy": 1, "Missing": 2},
    }
    rest = client.call("GET", f"{APPLICATIONS}?limit=2&continue={metadata['continue']}").json
    assert [item["metadata"]["name"] for item in rest["items"]] == ["web"]
    assert (rest["metadata"]["remainingItemCount"], rest["metadata"]["continue"]) == (0, "")
    last = client.call("GET", f"{APPLICATIONS}?offset=2").json
    assert [item["metadata"]["name"] for item in last["items"]] == ["web"]


def test_fields_leave_out_or_keep(client: Client) -> None:
    kept = client.call("GET", f"{APPLICATIONS}?name=shop&fields=items.status.sync.status").json
    assert kept == {"items": [{"status": {"sync": {"status": "Synced"}}}]}
    (item,) = client.call("GET", f"{APPLICATIONS}?name=shop&fields=-items.status,items.metadata").json[
        "items"
    ]
    assert list(item) == ["spec"]
    one = client.call("GET", f"{APPLICATIONS}/shop?fields=metadata.name").json
    assert one == {"metadata": {"name": "shop"}}


@pytest.mark.parametrize("query", ["limit=x", "offset=-1", "limit=%C2%B2"])
def test_numbers_have_to_be_numbers(client: Client, query: str) -> None:
    assert client.call("GET", f"{APPLICATIONS}?{query}").status == 400
