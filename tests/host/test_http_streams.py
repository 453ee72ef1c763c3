"""Answers without an end, through a real socket."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

import azure.functions as func
import pytest

from functions._http import Answer, write
from host.process import Host
from shared.adapters.memory.work_queue import MemoryQueues
from shared.adapters.system.clock import SystemClock

_PATIENCE = 20.0


class Source:
    """A stream that says what it is told; `ended` is set when it was let go."""

    def __init__(self) -> None:
        self.parts: list[bytes] = [b"first\n"]
        self.more = threading.Condition()
        self.ended = threading.Event()

    def say(self, part: bytes) -> None:
        with self.more:
            self.parts.append(part)
            self.more.notify_all()

    def __call__(self) -> Iterator[bytes]:
        try:
            while True:
                with self.more:
                    self.more.wait_for(lambda: bool(self.parts), 0.02)
                    part = self.parts.pop(0) if self.parts else b""
                if part == b"bug":
                    raise ZeroDivisionError
                if part == b"end":
                    return
                yield part
        finally:
            self.ended.set()


@contextmanager
def serving(source: Source) -> Iterator[Host]:
    app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

    @app.route("stream", methods=["GET"])
    def stream(req: func.HttpRequest) -> func.HttpResponse:
        return write(Answer(200, source(), {"Content-Type": "application/json"}))

    host = Host(app, MemoryQueues(SystemClock()))
    host.start()
    try:
        yield host
    finally:
        assert host.stop()


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def host(source: Source) -> Iterator[Host]:
    with serving(source) as host:
        yield host


@contextmanager
def asked(host: Host) -> Iterator[http.client.HTTPResponse]:
    with closing(http.client.HTTPConnection(urlsplit(host.url).netloc, timeout=_PATIENCE)) as client:
        client.request("GET", "/stream")
        with closing(client.getresponse()) as answer:
            yield answer


def test_each_part_arrives_when_it_is_said(host: Host, source: Source) -> None:
    with asked(host) as answer:
        assert answer.headers["Transfer-Encoding"] == "chunked"
        assert "Content-Length" not in answer.headers
        assert answer.readline() == b"first\n"
        source.say(b"second\n")
        assert answer.readline() == b"second\n"


def test_a_stream_that_ends_leaves_the_connection_for_the_next_request(host: Host, source: Source) -> None:
    with closing(http.client.HTTPConnection(urlsplit(host.url).netloc, timeout=_PATIENCE)) as client:
        for _ in range(2):
            source.say(b"end")
            client.request("GET", "/stream")
            before = client.sock
            assert client.getresponse().read() in (b"first\n", b"")
        assert client.sock is before


def test_when_the_client_goes_away_the_stream_is_let_go(host: Host, source: Source) -> None:
    with asked(host) as answer:
        answer.readline()
        assert not source.ended.is_set()
    assert source.ended.wait(_PATIENCE)


def test_a_stop_of_the_server_ends_streams_and_waits_for_none(source: Source) -> None:
    with serving(source) as host, asked(host) as answer:
        answer.readline()
        assert host.stop(grace_seconds=_PATIENCE)
        assert source.ended.is_set()
        assert answer.read() == b""


def test_a_bug_in_the_middle_breaks_the_answer_off(host: Host, source: Source) -> None:
    source.say(b"bug")
    with asked(host) as answer, pytest.raises(http.client.IncompleteRead):
        answer.read()


def test_a_client_of_http_1_0_gets_it_until_the_connection_ends(host: Host, source: Source) -> None:
    source.say(b"end")
    url = urlsplit(host.url)
    with socket.create_connection((url.hostname, url.port), timeout=_PATIENCE) as connection:
        connection.sendall(b"GET /stream HTTP/1.0\r\n\r\n")
        got = b""
        while part := connection.recv(65536):
            got += part
    assert b"Connection: close" in got
    assert got.endswith(b"\r\n\r\nfirst\n")
