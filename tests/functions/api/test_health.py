"""Probes and metrics over HTTP."""

from __future__ import annotations

from datetime import timedelta

import pytest

from functions._http import Answer, Request
from functions.web_ui import WebUi
from tests.functions.doors import Client


def ill() -> Client:
    """An app one of whose messages nobody takes."""
    client = Client()
    client.world.memory.queues("events").send("x")
    client.world.clock.advance(timedelta(hours=1))
    return client


@pytest.mark.parametrize("query", ["", "?full=no", "?full=false", "?other=1"])
def test_a_probe_asks_nothing_and_is_well(query: str) -> None:
    told = ill().call("GET", f"/healthz{query}")
    assert (told.status, told.json) == (200, {"status": "ok"})


@pytest.mark.parametrize("query", ["?full", "?full=1", "?full=true"])
def test_the_whole_answer_is_503_when_a_part_is_not_well(query: str) -> None:
    told = ill().call("GET", f"/healthz{query}")
    assert (told.status, told.json["status"]) == (503, "degraded")
    events = next(part for part in told.json["parts"] if part["name"] == "queue events")
    assert events == {"name": "queue events", "status": "late", "seconds": 3600.0}


def test_the_whole_answer_is_200_when_all_is_well() -> None:
    told = Client().call("GET", "/healthz?full")
    assert (told.status, told.json["status"]) == (200, "ok")
    assert {part["status"] for part in told.json["parts"]} == {"ok"}


def test_only_who_has_logged_in_sees_reasons() -> None:
    client = ill()
    anonymous = client.call("GET", "/healthz?full").json
    assert all("reason" not in part for part in anonymous["parts"])
    forged = client.call("GET", "/healthz?full", headers={"Authorization": "Bearer x.y.z"}).json
    assert forged == anonymous
    known = client.log_in().call("GET", "/healthz?full").json
    assert "Is its function running?" in str(known["parts"])


def test_metrics_are_a_text_for_those_who_have_logged_in() -> None:
    client = Client()
    client.world.counters.open()
    assert client.call("GET", "/metrics").status == 401
    told = client.log_in().call("GET", "/metrics")
    assert told.status == 200
    assert told.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert "# TYPE tidegate_queue_messages gauge" in told.text


def test_on_functions_metrics_are_refused_with_the_place_where_they_are() -> None:
    told = Client().log_in().call("GET", "/metrics")
    assert told.status == 404
    assert "Application Insights" in told.json["message"]


def test_the_page_leaves_both_to_the_api() -> None:
    page = WebUi(lambda request: Answer(200, request.path.encode()))
    for path in ("/healthz", "/metrics"):
        assert page(Request("GET", path, {}, {}, b"")).body == path.encode()
