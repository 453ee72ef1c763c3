"""An HTTP server that answers what a test tells it to: what no healthy API server can be asked for."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from shared.domain.access.secret_text import SecretText
from shared.ports.cluster_credentials import ClusterAccess


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Told:
    """One answer. `cut` closes the connection after the body without ending it; `hang_up` answers nothing."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False
    hang_up: bool = False


def json_of(content: Any, status: int = 200, **headers: str) -> Told:
    return Told(
        status, json.dumps(content).encode(), {key.replace("_", "-"): value for key, value in headers.items()}
    )


def status_of(code: int, message: str, **fields: Any) -> Told:
    """A refusal as the API server writes it."""
    return json_of({"kind": "Status", "status": "Failure", "code": code, "message": message, **fields}, code)


class ScriptedServer:
    """Answers each request by `answer(asked)`; a context manager."""

    def __init__(self, answer: Callable[[Asked], Told]) -> None:
        self.asked: list[Asked] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(answer, self.asked))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def access(self, reference: str, *, renew: bool = False) -> ClusterAccess:
        """This server is its own credentials."""
        return ClusterAccess(self.url, token=SecretText("the-token"))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(answer: Callable[[Asked], Told], log: list[Asked]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _serve(self) -> None:
            address = urlsplit(self.path)
            query = {key: values[-1] for key, values in parse_qs(address.query).items()}
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked = Asked(self.command, address.path, query, dict(self.headers), body)
            log.append(asked)
            told = answer(asked)
            if told.hang_up:
                self.close_connection = True
                return
            self.send_response(told.status)
            for name, value in told.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(told.body) + (100 if told.cut else 0)))
            self.end_headers()
            self.wfile.write(told.body)
            self.close_connection = told.cut

        do_GET = do_POST = do_PATCH = do_DELETE = _serve  # noqa: N815  (the library's spelling)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    return Handler
