"""Traces over HTTP."""

from __future__ import annotations

import pytest

from tests.functions.doors import Client
from tests.services.worlds import config_map

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture
def client() -> Client:
    client = Client().log_in()
    client.world.add()
    client.world.run_for(5)
    return client


def synced(client: Client, traceparent: str = "") -> str:
    """Ask for a sync; return the trace of the answer."""
    headers = {"traceparent": traceparent} if traceparent else {}
    told = client.call("POST", "/api/v1/applications/shop/sync", {}, headers)
    client.world.run_for(5)
    return told.headers["Tidegate-Trace"]


def test_the_callers_own_trace_goes_on_to_the_pods_and_into_the_audit_log(client: Client) -> None:
    assert synced(client, f"00-{TRACE}-00f067aa0ba902b7-01") == TRACE
    shown = client.call("GET", f"/api/v1/traces/{TRACE.upper()}").json
    assert shown["applications"][0]["stages"][-1]["name"] == "healthy"
    assert shown["cause"]["text"] == "admin asked for a sync of argocd/shop"
    assert client.call("GET", "/api/v1/audit?what=application.sync").json["items"][0]["trace"] == TRACE


@pytest.mark.parametrize("wrong", ["", "00-" + "0" * 32 + "-00f067aa0ba902b7-01", "nonsense"])
def test_without_a_valid_trace_one_begins_with_the_request(client: Client, wrong: str) -> None:
    trace = synced(client, wrong)
    assert client.call("GET", "/api/v1/applications/shop/operation").json["trace"] == trace
    assert trace.strip("0")


def test_what_began_lately_is_listed_the_newest_first_in_pages(client: Client) -> None:
    push = client.world.push({"shop/greeting.yaml": config_map("greeting", "bye")})
    client.world.receive_event(push.to_message())
    client.world.run_for(5)
    synced(client)
    first = client.call("GET", "/api/v1/traces?limit=2").json
    assert [item["cause"]["kind"] for item in first["items"]] == ["request", "push"]
    rest = client.call("GET", f"/api/v1/traces?limit=2&continue={first['metadata']['continue']}").json
    assert [item["cause"]["kind"] for item in rest["items"]] == ["application"]


@pytest.mark.parametrize(("path", "status"), [("x", 400), ("a" * 32, 404)])
def test_what_is_not_there_is_said(client: Client, path: str, status: int) -> None:
    assert client.call("GET", f"/api/v1/traces/{path}").status == status


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "limit=x"])
def test_a_page_has_a_size(client: Client, query: str) -> None:
    assert client.call("GET", f"/api/v1/traces?{query}").status == 400


@pytest.mark.parametrize("path", ["/api/v1/traces", f"/api/v1/traces/{TRACE}"])
def test_nobody_reads_traces_without_logging_in(path: str) -> None:
    assert Client().call("GET", path).status == 401
