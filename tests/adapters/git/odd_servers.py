"""HTTP servers on 127.0.0.1 that do not behave."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread


class Answering(ThreadingHTTPServer):
    """Gives every request the same answer (POST `posted`) and remembers the Authorization headers it saw."""

    daemon_threads = False

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes, posted: bytes) -> None:
        self.status, self.headers, self.body, self.posted = status, headers, body, posted
        self.authorizations: list[str] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Answering

    def do_GET(self) -> None:
        self._answer(self.server.headers, self.server.body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._answer({"Content-Type": "application/x-git-upload-pack-result"}, self.server.posted)

    def _answer(self, headers: Mapping[str, str], body: bytes) -> None:
        self.server.authorizations.append(self.headers.get("Authorization", ""))
        self.send_response(self.server.status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value.replace("PATH", self.path))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def answering(
    status: int, headers: Mapping[str, str] | None = None, body: bytes = b"", posted: bytes = b""
) -> Iterator[Answering]:
    with Answering(status, headers or {}, body, posted) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def silent() -> Iterator[str]:
    """Accept connections and never answer; give the URL."""
    over, held = Event(), []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)

        def accept() -> None:
            while not over.is_set():
                try:
                    held.append(listener.accept()[0])
                except TimeoutError:
                    continue

        thread = Thread(target=accept)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            over.set()
            thread.join()
            for connection in held:
                connection.close()
