"""The registry as a server, with the verbs of a developer and of a bad day."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any, Self

from sandbox.arm.entra import SandboxEntra
from sandbox.loopback_server import LoopbackServer
from sandbox.registry.events import grid_event, ping_body, push_body
from sandbox.registry.letters import Letter, RegistryPostman
from sandbox.registry.routes import RegistryAnswer, RegistryState, answer, parsed
from sandbox.registry.store import IMAGE_CONFIG, Manifest
from sandbox.registry.tokens import RegistryTokenService


@dataclass(frozen=True, slots=True)
class SeenRequest:
    method: str
    url: str
    status: int


class SandboxRegistry:
    """Started by `with`. People write it as `https://HOST/`; `requests` holds every request, oldest first.

    A webhook has a URL and headers of its own, is tried once and never again, as ACR's. `event_queue` gets
    each push as Event Grid's Storage queue destination would: one event, JSON in base64.
    """

    def __init__(self, host: str = "myacr.azurecr.io", entra: SandboxEntra | None = None) -> None:
        self.host, self.entra = host, entra or SandboxEntra()
        self.tokens = RegistryTokenService(host, self.entra)
        self.requests: list[SeenRequest] = []
        self._state = RegistryState(self.tokens, self._tell)
        self.store = self._state.store
        self._hooks: list[tuple[str, dict[str, str]]] = []
        self._queues: list[Callable[[str], None]] = []
        self._postman = RegistryPostman()
        self._server: _Server | None = None

    def start(self, port: int = 0) -> Self:
        """Listen on 127.0.0.1; port 0 takes a free one."""
        self._server = _Server(port, self._answer)
        self._server.begin("sandbox-registry")
        self._postman.start()
        return self

    def close(self) -> None:
        """Stop listening, hang up, and end the threads."""
        if self._server is not None:
            self._server.end()
            self._postman.stop()
            self._server = None

    def __enter__(self) -> Self:
        return self if self._server is not None else self.start()

    def __exit__(self, *exc: object) -> None:
        self.close()

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`, where `https://HOST` is."""
        if self._server is None:
            raise RuntimeError("the sandbox registry is not running: call start()")
        return self._server.url

    @property
    def deliveries(self) -> list[Letter]:
        """Every webhook so far, oldest first."""
        return self._postman.delivered

    def push(self, repository: str, tag: str, *, text: str = "", config_type: str = IMAGE_CONFIG) -> Manifest:
        """Build and push an image, told to every webhook; the same `text` gives the same digest."""
        manifest = self.seed(repository, tag, text=text or uuid.uuid4().hex, config_type=config_type)
        self._tell(repository, tag, manifest)
        return manifest

    def seed(self, repository: str, tag: str, *, text: str = "", config_type: str = IMAGE_CONFIG) -> Manifest:
        """The same, told to nobody."""
        manifest = self.store.image(repository, text=text or f"{repository}:{tag}", config_type=config_type)
        return self.store.put(repository, manifest, tag)

    def add_hook(self, url: str, headers: Mapping[str, str]) -> None:
        """Tell a URL of every push, with headers of its own; it gets a `ping` at once."""
        self._hooks.append((url, dict(headers)))
        self._postman.send(url, headers, ping_body())

    def add_event_queue(self, send: Callable[[str], None]) -> None:
        """Put each push into a queue, as Event Grid does."""
        self._queues.append(send)

    def lose_webhooks(self, *, lost: bool = True) -> None:
        self._postman.losing = lost

    def settle(self, timeout_seconds: float = 10.0) -> bool:
        """Wait until every webhook so far was delivered, failed or lost; False if that took too long."""
        return self._postman.settled(timeout_seconds)

    def quarantine(self, repository: str, tag: str, *, held: bool = True) -> None:
        """List a tag that cannot be pulled yet, or let it be pulled."""
        found = self.store.repositories[repository].quarantined
        (found.add if held else found.discard)(tag)

    def throttle(self, times: int) -> None:
        """Answer the next requests with 429."""
        self._state.throttled = times

    def break_down(self, *, broken: bool = True) -> None:
        """Answer everything with 503, or work again."""
        self._state.broken = broken

    def asked(self, part: str) -> int:
        """How many requests had this in their URL."""
        return sum(part in seen.url for seen in self.requests)

    def _tell(self, repository: str, tag: str, manifest: Manifest) -> None:
        body = push_body(self.host, repository, tag, manifest)
        for url, headers in self._hooks:
            self._postman.send(url, headers, body)
        for send in self._queues:
            send(base64.b64encode(json.dumps(grid_event(body)).encode()).decode())

    def _answer(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> RegistryAnswer:
        found = answer(self._state, parsed(method, url, headers, body))
        self.requests.append(SeenRequest(method, url, found.status))
        return found


class _Server(LoopbackServer):
    def __init__(
        self, port: int, answers: Callable[[str, str, Mapping[str, str], bytes], RegistryAnswer]
    ) -> None:
        self.answers = answers
        super().__init__(port, _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16

    def do_GET(self) -> None:
        self._reply()

    def do_HEAD(self) -> None:
        self._reply()

    def do_POST(self) -> None:
        self._reply()

    def do_PUT(self) -> None:
        self._reply()

    def _reply(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        found = self.server.answers(self.command, self.path, self.headers, body)  # type: ignore[arg-type]
        self.send_response(found.status)
        for name, value in {**found.headers, "Content-Length": str(len(found.body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(found.body)

    def log_message(self, format: str, *args: Any) -> None:
        """The request log is `SandboxRegistry.requests`."""
