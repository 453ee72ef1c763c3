"""HTTP functions through a real socket."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

import azure.functions as func
import pytest

from host.configuration import HostConfig
from host.process import Host
from shared.adapters.memory.work_queue import MemoryQueues
from shared.adapters.system.clock import SystemClock
from shared.domain.access.secret_text import SecretText
from shared.errors import ConflictError, UnavailableError

ALL = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]


def echo_app() -> func.FunctionApp:
    """One function that answers what it was given, and others that answer or fail in their own ways."""
    app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

    @app.route("{*path}", methods=ALL)
    def echo(req: func.HttpRequest) -> func.HttpResponse:
        seen = {
            "method": req.method,
            "url": req.url,
            "headers": dict(req.headers),
            "params": dict(req.params),
            "route": dict(req.route_params),
            "body": req.get_body().hex(),
        }
        return func.HttpResponse(json.dumps(seen), mimetype="application/json")

    app.register_functions(failing())
    app.register_functions(answering())
    return app


def failing() -> func.Blueprint:
    app = func.Blueprint()

    @app.route("bug", methods=["GET"])
    def bug(req: func.HttpRequest) -> func.HttpResponse:
        raise ZeroDivisionError("hunter2")

    @app.route("conflict", methods=["GET"])
    def conflict(req: func.HttpRequest) -> func.HttpResponse:
        raise ConflictError("row: changed")

    @app.route("wrong", methods=["GET"])
    def wrong(req):  # type: ignore[no-untyped-def]
        return 42

    return app


def answering() -> func.Blueprint:
    app = func.Blueprint()

    @app.route("text", methods=["GET"])
    def text(req: func.HttpRequest) -> str:
        return "plain ü"

    @app.route("nothing", methods=["GET"])
    def nothing(req):  # type: ignore[no-untyped-def]
        return None

    @app.route("teapot", methods=["GET", "HEAD"])
    def teapot(req: func.HttpRequest) -> func.HttpResponse:
        return func.HttpResponse(
            bytes(range(256)), status_code=418, headers={"X-Pot": "1", "Content-Type": "a/b"}
        )

    @app.route("secret", methods=["GET"], auth_level=func.AuthLevel.FUNCTION)
    def secret(req: func.HttpRequest) -> str:
        return "shown"

    @app.route("async", methods=["GET"])
    async def asynchronous(req: func.HttpRequest) -> str:
        return "awaited"

    return app


@contextmanager
def running(app: func.FunctionApp, config: HostConfig = HostConfig()) -> Iterator[Host]:
    host = Host(app, MemoryQueues(SystemClock()), config)
    host.start()
    try:
        yield host
    finally:
        assert host.stop()


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    with running(echo_app(), HostConfig(function_key=SecretText("k-e-y"))) as host:
        yield host


@pytest.fixture
def client(host: Host) -> Iterator[http.client.HTTPConnection]:
    with closing(http.client.HTTPConnection(urlsplit(host.url).netloc, timeout=30)) as client:
        yield client


def ask(
    client: http.client.HTTPConnection, method: str, target: str, **how: object
) -> http.client.HTTPResponse:
    client.request(method, target, **how)  # type: ignore[arg-type]
    return client.getresponse()


def raw(host: Host, request: bytes) -> bytes:
    """Send the bytes and read until the server closes."""
    url = urlsplit(host.url)
    with socket.create_connection((url.hostname, url.port), timeout=30) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while part := connection.recv(65536):
            answer += part
        return answer


def test_the_url_keeps_path_and_query_as_they_came(client: http.client.HTTPConnection, host: Host) -> None:
    target = "/api/v1/repositories/https%3A%2F%2Fgit.example%2Fa%20b?refresh=&p=1&p=2&q=%2F"
    seen = json.loads(ask(client, "GET", target).read())
    assert seen["url"] == host.url + target
    assert seen["params"] == {"p": "1,2", "q": "/"}


def test_a_body_comes_as_raw_bytes(client: http.client.HTTPConnection) -> None:
    body = bytes(range(256)) * 1000
    seen = json.loads(
        ask(client, "POST", "/x", body=body, headers={"Content-Type": "application/json"}).read()
    )
    assert bytes.fromhex(seen["body"]) == body


def test_a_chunked_body_comes_whole(client: http.client.HTTPConnection) -> None:
    chunks = [b"first ", b"second", b"x" * 100_000]
    seen = json.loads(
        ask(
            client,
            "POST",
            "/x",
            body=iter(chunks),
            encode_chunked=True,
            headers={"Transfer-Encoding": "chunked"},
        ).read()
    )
    assert bytes.fromhex(seen["body"]) == b"".join(chunks)
    assert json.loads(ask(client, "GET", "/next").read())["body"] == ""


def test_who_asks_first_whether_to_send_a_body_is_told_to_go_on(host: Host) -> None:
    url = urlsplit(host.url)
    with socket.create_connection((url.hostname, url.port), timeout=30) as connection:
        connection.sendall(
            b"POST /x HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
        )
        assert connection.recv(1024) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"ok")
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 OK\r\n")


def test_pipelined_requests_are_answered_in_their_order(host: Host) -> None:
    answer = raw(host, b"POST /1 HTTP/1.1\r\nContent-Length: 1\r\n\r\naGET /text HTTP/1.1\r\n\r\n")
    assert answer.count(b"HTTP/1.1 200 OK") == 2
    assert answer.endswith("plain ü".encode())


def test_header_names_are_lower_case_and_repeated_ones_joined(host: Host) -> None:
    answer = raw(host, b"GET /x HTTP/1.1\r\nHost: h\r\nX-Hub-Signature-256: s\r\nX-A: 1\r\nx-a: 2\r\n\r\n")
    seen = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert seen["headers"] == {"host": "h", "x-hub-signature-256": "s", "x-a": "1,2"}


def test_an_absolute_target_is_its_path(host: Host) -> None:
    answer = raw(host, b"GET http://proxy.example/a%2Fb?u=http://x HTTP/1.1\r\nHost: h\r\n\r\n")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["url"] == "http://h/a%2Fb?u=http://x"


def test_one_connection_serves_many_requests(client: http.client.HTTPConnection) -> None:
    ask(client, "GET", "/first").read()
    before = client.sock
    for number in range(20):
        assert json.loads(ask(client, "GET", f"/{number}").read())["route"] == {"path": str(number)}
    assert client.sock is before


def test_an_answer_comes_as_the_function_made_it(client: http.client.HTTPConnection) -> None:
    answer = ask(client, "GET", "/teapot")
    assert (answer.status, answer.reason, answer.headers["x-pot"]) == (418, "I'm a Teapot", "1")
    assert (answer.headers.get_all("content-type"), answer.read()) == (["a/b"], bytes(range(256)))


def test_the_answer_to_head_has_a_length_and_no_body(host: Host) -> None:
    head, _, body = raw(host, b"HEAD /teapot HTTP/1.1\r\nHost: h\r\n\r\n").partition(b"\r\n\r\n")
    assert b"Content-Length: 256" in head
    assert body == b""


def test_a_text_is_an_answer_and_nothing_is_204(client: http.client.HTTPConnection) -> None:
    answer = ask(client, "GET", "/text")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert answer.read().decode() == "plain ü"
    answer = ask(client, "GET", "/nothing")
    assert (answer.status, answer.read(), answer.headers["content-length"]) == (204, b"", None)


def test_an_async_function_is_awaited(client: http.client.HTTPConnection) -> None:
    assert ask(client, "GET", "/async").read() == b"awaited"


@pytest.mark.parametrize("path", ["/bug", "/wrong"])
def test_a_bug_is_a_500_in_json_that_shows_nothing(client: http.client.HTTPConnection, path: str) -> None:
    answer = ask(client, "GET", path)
    body = answer.read()
    assert (answer.status, answer.headers["content-type"]) == (500, "application/json")
    assert "failed" in json.loads(body)["error"]
    assert b"hunter2" not in body
    assert b"Traceback" not in body


def test_a_deliberate_error_has_its_own_status(client: http.client.HTTPConnection) -> None:
    answer = ask(client, "GET", "/conflict")
    assert (answer.status, json.loads(answer.read())["error"]) == (409, "row: changed")


def test_an_unknown_path_is_a_404_in_json() -> None:
    app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

    @app.route("api/webhook", methods=["POST"])
    def hook(req: func.HttpRequest) -> str:
        return "hook"

    with running(app) as host, closing(http.client.HTTPConnection(urlsplit(host.url).netloc)) as client:
        for method, path in [("GET", "/api/webhook"), ("POST", "/api/none"), ("POST", "/")]:
            answer = ask(client, method, path)
            assert (answer.status, answer.headers["content-type"]) == (404, "application/json")
            assert path in json.loads(answer.read())["error"]


@pytest.mark.parametrize(
    ("target", "headers", "status"),
    [
        ("/secret", {}, 401),
        ("/secret", {"x-functions-key": "wrong"}, 401),
        ("/secret", {"X-Functions-Key": "k-e-y"}, 200),
        ("/secret?code=k-e-y", {}, 200),
    ],
)
def test_a_function_that_wants_a_key_gets_it(
    client: http.client.HTTPConnection, target: str, headers: dict[str, str], status: int
) -> None:
    answer = ask(client, "GET", target, headers=headers)
    answer.read()
    assert answer.status == status


def test_without_a_key_of_its_own_the_host_opens_nothing() -> None:
    with (
        running(echo_app()) as host,
        closing(http.client.HTTPConnection(urlsplit(host.url).netloc)) as client,
    ):
        assert ask(client, "GET", "/secret?code=").status == 401


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 104857601\r\n\r\n", 413),
        (b"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n6400001\r\n", 413),
        (b"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nshort", 400),
        (b"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", 400),
        (
            b"POST /x HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400,
        ),
        (b"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n", 400),
        (b"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n", 400),
        (b"nonsense\r\n\r\n", 400),
        (b"GET /x HTTP/9.9\r\n\r\n", 505),
    ],
)
def test_what_cannot_be_read_is_refused_and_the_connection_ends(
    host: Host, request_bytes: bytes, status: int
) -> None:
    head, _, body = raw(host, request_bytes).partition(b"\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"Connection: close" in head
    assert json.loads(body)["error"]


def test_a_taken_port_is_named(host: Host) -> None:
    port = urlsplit(host.url).port
    assert port is not None
    with pytest.raises(UnavailableError, match=rf"127\.0\.0\.1:{port}.*TIDEGATE_PORT"):
        Host(echo_app(), MemoryQueues(SystemClock()), HostConfig(port=port))


def test_stopping_waits_for_the_answer_of_a_running_function() -> None:
    entered, go_on = threading.Event(), threading.Event()
    host = Host(waiting_app(entered.set, go_on), MemoryQueues(SystemClock()))
    host.start()
    answers: list[bytes] = []
    asking = threading.Thread(
        target=lambda: answers.append(raw(host, b"GET /slow HTTP/1.1\r\nHost: h\r\n\r\n")), daemon=True
    )
    asking.start()
    assert entered.wait(30)
    stopped: list[bool] = []
    stopping = threading.Thread(target=lambda: stopped.append(host.stop(30)), daemon=True)
    stopping.start()
    stopping.join(0.2)
    assert stopping.is_alive()
    go_on.set()
    stopping.join(30)
    asking.join(30)
    assert stopped == [True]
    assert answers[0].endswith(b"done")


def test_stopping_ends_when_its_time_is_up() -> None:
    entered, go_on = threading.Event(), threading.Event()
    host = Host(waiting_app(entered.set, go_on), MemoryQueues(SystemClock()))
    host.start()
    threading.Thread(target=raw, args=(host, b"GET /slow HTTP/1.1\r\n\r\n"), daemon=True).start()
    assert entered.wait(30)
    assert not host.stop(0.1)
    go_on.set()


def test_stopping_does_not_wait_for_idle_connections() -> None:
    host = Host(echo_app(), MemoryQueues(SystemClock()))
    host.start()
    with closing(http.client.HTTPConnection(urlsplit(host.url).netloc)) as client:
        ask(client, "GET", "/x").read()
        assert host.stop(30)
        with pytest.raises((ConnectionError, http.client.HTTPException)):
            ask(client, "GET", "/x")


def waiting_app(entered: Callable[[], None], go_on: threading.Event) -> func.FunctionApp:
    app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

    @app.route("slow", methods=["GET"])
    def slow(req: func.HttpRequest) -> str:
        entered()
        go_on.wait(30)
        return "done"

    return app


def test_requests_are_counted_by_function_and_status() -> None:
    config = HostConfig()
    with running(echo_app(), config) as host:
        connection = http.client.HTTPConnection(host.url.removeprefix("http://"), timeout=30)
        for path in ("/text", "/text", "/teapot", "/nowhere"):
            connection.request("GET", path)
            connection.getresponse().read()
        connection.close()
    found = {tuple(value for _, value in each.labels): each.value for each in config.counters.samples()}
    assert found.pop(("200", "text")) == 2
    assert found.pop(("418", "teapot")) == 1
    assert config.counters.is_open()
