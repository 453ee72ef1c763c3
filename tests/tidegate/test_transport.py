"""HTTP by the standard library, against a real server on this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

from tidegate.client import Client
from tidegate.failures import Exit, Failure, UnreachableFailure
from tidegate.transport import HttpTransport

_ANSWERS: dict[str, Any] = {
    "/redirect": (302, b"moved"),
    "/html": (200, b"<html>a proxy</html>"),
    "/proxy": (502, b"<html>bad gateway</html>"),
    "/refused": (403, b'{"error":"permission denied","code":7,"message":"permission denied"}'),
    "/lines": (200, b'{"result":{"content":"a"}}\n\n{"result":{"content":"b"}}\n'),
    "/events": (200, b':\n\ndata: {"result":{"content":"a"}} \n\n:\n\ndata: {"result":{"content":"b"}}\n\n'),
    "/broken": (200, b'{"a"', 100),
    "/stream-error": (200, b'{"result":{}}\n{"error":{"http_code":404,"message":"pod is gone"}}\n'),
}


class _Server(BaseHTTPRequestHandler):
    seen: ClassVar[list[tuple[str, str, str, bytes]]] = []

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.seen.append((self.command, self.path, self.headers.get("Authorization", ""), body))
        status, answer, *more = _ANSWERS.get(self.path.partition("?")[0], (200, b'{"ok":true}'))
        self._answer(status, answer, *more)

    do_POST = do_GET  # noqa: N815 the library's names

    def _answer(self, status: int, body: bytes, length: int = 0) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(length or len(body)))
        if status == 302:
            self.send_header("Location", "http://elsewhere.test/")
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def url() -> Iterator[str]:
    _Server.seen.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), _Server) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def client(url: str) -> Client:
    return Client(HttpTransport(url), "t.o.k")


def test_a_request_carries_token_query_and_body(url: str) -> None:
    assert client(url).post("/x", {"a": "ä"}, {"upsert": "", "p": ["1", "2"], "n": 0}) == {"ok": True}
    assert _Server.seen == [("POST", "/x?p=1&p=2&n=0", "Bearer t.o.k", b'{"a": "\\u00e4"}')]


def test_lines_are_read_as_they_come(url: str) -> None:
    for path in ("/lines", "/events"):
        assert [entry["content"] for entry in client(url).stream(path)] == ["a", "b"]


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("/refused", Exit.DENIED, "permission denied"),
        ("/proxy", Exit.FAILED, "The server answered 502: <html>bad gateway</html>"),
        ("/html", Exit.FAILED, "Is it Tidegate?"),
        ("/redirect", Exit.FAILED, "sends us on to http://elsewhere.test/"),
        ("/broken", Exit.FAILED, "the answer broke off"),
    ],
)
def test_what_is_no_good_answer_is_a_sentence(url: str, path: str, status: Exit, sentence: str) -> None:
    with pytest.raises(Failure) as caught:
        client(url).get(path)
    assert caught.value.exit_code == status
    assert sentence in caught.value.message


def test_a_redirect_takes_the_token_nowhere(url: str) -> None:
    with pytest.raises(Failure):
        client(url).get("/redirect")
    assert len(_Server.seen) == 1


def test_an_error_in_a_stream_ends_it(url: str) -> None:
    found = client(url).stream("/stream-error")
    assert next(found) == {}
    with pytest.raises(Failure, match="pod is gone") as caught:
        next(found)
    assert caught.value.exit_code == Exit.NOT_FOUND


def test_nobody_there_is_unreachable() -> None:
    with pytest.raises(UnreachableFailure, match="connection refused"):
        client("http://127.0.0.1:1").get("/x")


def test_a_server_without_tls_is_told_as_such(url: str) -> None:
    with pytest.raises(UnreachableFailure, match=r"does not speak TLS .* Use --plaintext"):
        client(url.replace("http://", "https://")).get("/x")


def test_only_http_is_spoken() -> None:
    with pytest.raises(ValueError, match="neither https:// nor http://"):
        HttpTransport("file:///etc/passwd")
