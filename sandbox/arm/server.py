"""Azure Resource Manager and the identity endpoint on 127.0.0.1, with verbs to make them misbehave."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR, socket
from socketserver import TCPServer
from types import TracebackType
from typing import Any, Self

from sandbox.arm.entra import SandboxCredential, SandboxEntra
from sandbox.arm.managed_cluster import ManagedCluster
from sandbox.arm.routes import ArmAnswer, ArmState, answer, encoded


@dataclass(frozen=True, slots=True)
class ArmRequest:
    """One answered request; `url` is path and query."""

    method: str
    url: str
    status: int


class SandboxArm:
    """Started by `with`; as many as wanted in one process. People write it as https://management.azure.com.

    The clusters that it knows are of subscription `sandbox.arm.managed_cluster.SUBSCRIPTION` unless they say
    otherwise. `requests` holds every request, oldest first.
    """

    def __init__(self, entra: SandboxEntra | None = None, *, page_size: int = 50) -> None:
        self.entra = entra or SandboxEntra()
        self.requests: list[ArmRequest] = []
        self._state = ArmState(self.entra, secrets.token_hex(16), page_size)
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    def start(self, port: int = 0) -> Self:
        """Listen; port 0 takes a free one. Raises OSError when the port is taken."""
        self._server = _Server(port, self._answer)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="sandbox-arm", daemon=True
        )
        self._thread.start()
        return self

    def close(self) -> None:
        """Stop listening and hang up."""
        if self._server is None or self._thread is None:
            return
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._server = self._thread = None

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`, where https://management.azure.com is."""
        if self._server is None:
            raise RuntimeError("the sandbox ARM is not running: call start()")
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def identity(self) -> dict[str, str]:
        """The environment in which `azure.identity` finds the managed identity, as App Service sets it."""
        return {"IDENTITY_ENDPOINT": f"{self.url}/msi/token", "IDENTITY_HEADER": self._state.identity_header}

    def credential(self) -> SandboxCredential:
        """A credential of the managed identity, without the identity endpoint."""
        return SandboxCredential(self.entra)

    def put(self, cluster: ManagedCluster) -> ManagedCluster:
        """Create a cluster, or replace the one of the same id."""
        self._state.clusters[cluster.id.lower()] = cluster
        return cluster

    def remove(self, cluster: ManagedCluster) -> None:
        del self._state.clusters[cluster.id.lower()]

    def deny(self, cluster: ManagedCluster, *, denied: bool = True) -> None:
        """Take the role Cluster User from us (403), or give it back."""
        (self._state.denied.add if denied else self._state.denied.discard)(cluster.name)

    def throttle(self, times: int, retry_after_seconds: int = 17) -> None:
        """Answer the next requests with 429."""
        self._state.throttled, self._state.retry_after_seconds = times, retry_after_seconds

    def break_down(self, *, broken: bool = True) -> None:
        """Answer everything with 503, or work again."""
        self._state.broken = broken

    def asked(self, ending: str) -> int:
        """How many requests there were for paths with this ending, e.g. `listClusterUserCredential`."""
        return sum(each.url.partition("?")[0].lower().endswith(ending.lower()) for each in self.requests)

    def __enter__(self) -> Self:
        return self if self._server is not None else self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _answer(self, method: str, url: str, headers: dict[str, str]) -> ArmAnswer:
        found = answer(self._state, method, url, headers)
        self.requests.append(ArmRequest(method, url, found.status))
        return found


class _Server(ThreadingHTTPServer):
    daemon_threads = False

    def __init__(self, port: int, answers: Callable[[str, str, dict[str, str]], ArmAnswer]) -> None:
        self.answers = answers
        self._open: set[socket] = set()
        self._guard = threading.Lock()
        super().__init__(("127.0.0.1", port), _Handler)

    def server_bind(self) -> None:
        """Bind without the reverse look-up of HTTPServer, which waits for DNS on some machines."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]  # type: ignore[assignment]

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._guard:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._guard:
            self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        with self._guard:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(SHUT_RDWR)
        super().server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def _serve(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        found = self.server.answers(self.command, self.path, headers)
        body = encoded(found.body)
        self.send_response(found.status)
        for name, value in found.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815  (the library's spelling)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""
