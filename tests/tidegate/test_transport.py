"""HTTP by the standard library, against a real server on this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from tidegate.client import Client
from tidegate.failures import Exit, Failure, UnreachableFailure
from tidegate.transport import HttpTransport


class _Server(BaseHTTPRequestHandler):
    seen: ClassVar[list[tuple[str, str, str, bytes]]] = []

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.seen.append((self.command, self.path, self.headers.get("Authorization", ""), body))
        match self.path.partition("?")[0]:
            case "/redirect":
                self._answer(302, b"", Location="http://elsewhere.test/")
            case "/html":
                self._answer(200, b"<html>a proxy</html>")
            case "/proxy":
                self._answer(502, b"<html>bad gateway</html>")
            case "/refused":
                self._answer(403, b'{"error":"permission denied","code":7,"message":"permission denied"}')
            case "/lines":
                self._answer(200, b'{"result":{"content":"a"}}\n\n{"result":{"content":"b"}}\n')
            case "/broken":
                self._answer(200, b'{"a"', length=100)
            case "/stream-error":
                self._answer(200, b'{"result":{}}\n{"error":{"http_code":404,"message":"pod is gone"}}\n')
            case _:
                self._answer(200, b'{"ok":true}')

    do_POST = do_GET  # noqa: N815 the library's names

    def _answer(self, status: int, body: bytes, length: int | None = None, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name, value)
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
    assert [entry["content"] for entry in client(url).stream("/lines")] == ["a", "b"]


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
