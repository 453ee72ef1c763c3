"""Azure Resource Manager and the identity endpoint on 127.0.0.1, with verbs to make them misbehave."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from types import TracebackType
from typing import Any, Self

from sandbox.arm.entra import SandboxCredential, SandboxEntra
from sandbox.arm.managed_cluster import ManagedCluster
from sandbox.arm.routes import ArmAnswer, ArmState, answer, encoded
from sandbox.loopback_server import LoopbackServer


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

    def start(self, port: int = 0) -> Self:
        """Listen; port 0 takes a free one. Raises OSError when the port is taken."""
        self._server = _Server(port, self._answer)
        self._server.begin("sandbox-arm")
        return self

    def close(self) -> None:
        """Stop listening and hang up."""
        if self._server is not None:
            self._server.end()
            self._server = None

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`, where https://management.azure.com is."""
        if self._server is None:
            raise RuntimeError("the sandbox ARM is not running: call start()")
        return self._server.url

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


class _Server(LoopbackServer):
    def __init__(self, port: int, answers: Callable[[str, str, dict[str, str]], ArmAnswer]) -> None:
        self.answers = answers
        super().__init__(port, _Handler)


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
