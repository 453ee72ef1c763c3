"""The REST API in the host: what happens to an application reaches a client that holds a stream open."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import urlsplit

import azure.functions as func
import pytest

from functions import rest_api
from functions.api.routes import Api
from host.process import Host
from shared.adapters.memory.work_queue import MemoryQueues
from shared.adapters.system.clock import SystemClock
from shared.domain.access.secret_text import SecretText
from tests.services.worlds import Engine, application, engine

PASSWORD = "let-me-in"
_PATIENCE = 20.0


@pytest.fixture
def world() -> Engine:
    return engine(admin_password=SecretText(PASSWORD))


@pytest.fixture
def host(world: Engine) -> Iterator[Host]:
    app = func.FunctionApp()
    app.register_functions(rest_api.blueprint(Api(world)))
    host = Host(app, MemoryQueues(SystemClock()))
    host.start()
    yield host
    assert host.stop()


@contextmanager
def connected(host: Host) -> Iterator[http.client.HTTPConnection]:
    with closing(http.client.HTTPConnection(urlsplit(host.url).netloc, timeout=_PATIENCE)) as client:
        yield client


def logged_in(host: Host) -> dict[str, str]:
    """The cookie, which is all that an EventSource of a page sends."""
    with connected(host) as client:
        body = json.dumps({"username": "admin", "password": PASSWORD})
        client.request("POST", "/api/v1/session", body, {"Content-Type": "application/json"})
        return {"Cookie": str(client.getresponse().headers["Set-Cookie"]).partition(";")[0]}


def next_event(answer: http.client.HTTPResponse) -> Any:
    """The next event that is no keep-alive."""
    while line := answer.readline():
        if line.startswith(b"data: "):
            return json.loads(line.removeprefix(b"data: "))["result"]
    raise AssertionError("the stream has ended")


def test_a_change_is_told_over_an_open_connection_and_a_client_that_leaves_leaves_nothing(
    host: Host, world: Engine
) -> None:
    before = threading.active_count()
    with connected(host) as client:
        headers = {**logged_in(host), "Accept": "text/event-stream"}
        client.request("GET", "/api/v1/stream/applications", headers=headers)
        answer = client.getresponse()
        assert answer.headers["Content-Type"] == "text/event-stream"
        world.add()
        first = next_event(answer)
        assert (first["type"], first["application"]["metadata"]["name"]) == ("ADDED", "shop")
        world.run_for(5)
        seen = next_event(answer)
        while seen["application"]["status"]["sync"]["status"] != "Synced":
            seen = next_event(answer)
        assert seen["type"] == "MODIFIED"
        world.add(application("web"))
        assert next_event(answer)["application"]["metadata"]["name"] == "web"
        answer.close()
    waiting = threading.Event()
    for _ in range(100):
        if threading.active_count() <= before:
            return
        waiting.wait(0.1)
    raise AssertionError("a thread still serves a client that has left")


def test_a_refused_stream_is_an_answer_with_its_status(host: Host) -> None:
    with connected(host) as client:
        client.request("GET", "/api/v1/stream/applications")
        answer = client.getresponse()
        assert (answer.status, json.loads(answer.read())["code"]) == (401, 16)
