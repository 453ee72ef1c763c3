"""Git's smart HTTP protocol: requests in, Git child processes behind it, pushes reported to a callback."""

from __future__ import annotations

import base64
import gzip
import hmac
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from sandbox.git.bare_repository import BareRepository, RefUpdate
from sandbox.loopback_server import LoopbackServer

_SERVICES = ("git-upload-pack", "git-receive-pack")
_NO_CACHE = {"Cache-Control": "no-cache, max-age=0, must-revalidate"}


@dataclass(frozen=True, slots=True)
class GitRequest:
    """One line of the request log. `service` is "git-upload-pack", "git-receive-pack" or ""."""

    method: str
    path: str
    service: str


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    status: int
    body: bytes
    headers: Mapping[str, str]


class SmartHttpServer(LoopbackServer):
    """Serves the repositories of one mapping {lower-case full name: repository} on 127.0.0.1."""

    def __init__(
        self,
        port: int,
        repositories: Mapping[str, BareRepository],
        pushed: Callable[[BareRepository, list[RefUpdate]], None],
    ) -> None:
        self.repositories, self.pushed = repositories, pushed
        self.requests: list[GitRequest] = []
        self.moved: dict[str, str] = {}
        self.bytes_sent = 0
        super().__init__(port, _Handler)

    def answer(self, request: GitRequest, headers: Mapping[str, str], body: bytes) -> HttpAnswer:
        """Answer one request, whatever the transport."""
        self.requests.append(request)
        name, action = _target(request.path)
        if name in self.moved:
            service = f"?service={request.service}" if request.method == "GET" else ""
            return _text(301, "Moved.", {"Location": f"/{self.moved[name]}.git/{action}{service}"})
        repository = self.repositories.get(name)
        if repository is None or not action:
            return _text(404, "Repository not found.")
        if not _may_enter(repository, headers.get("Authorization", "")):
            return _text(401, "Authentication failed.", {"WWW-Authenticate": 'Basic realm="GitHub"'})
        if request.service not in _SERVICES:
            return _text(403, "Please upgrade your git client: dumb HTTP is not served.")
        return self._serve(repository, request, headers.get("Git-Protocol", ""), body)

    def _serve(
        self, repository: BareRepository, request: GitRequest, protocol: str, body: bytes
    ) -> HttpAnswer:
        if request.method == "GET":
            return _git(f"{request.service}-advertisement", repository.advertise(request.service, protocol))
        if request.service == "git-upload-pack":
            return _git("git-upload-pack-result", repository.upload_pack(body, protocol))
        answer, updates = repository.receive_pack(body, protocol)
        if updates:
            self.pushed(repository, updates)
        return _git("git-receive-pack-result", answer)


class _Handler(BaseHTTPRequestHandler):
    server: SmartHttpServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16  # headers and body leave in one write

    def handle_one_request(self) -> None:
        """Acknowledge at once: clients that send headers and body apart wait 40 ms for it otherwise."""
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        super().handle_one_request()

    def do_GET(self) -> None:
        self._reply(b"")

    def do_POST(self) -> None:
        self._reply(self._body())

    def log_message(self, format: str, *args: Any) -> None:
        """The request log is `SandboxGit.requests`."""

    def _reply(self, body: bytes) -> None:
        parts = urlsplit(self.path)
        asked = parse_qs(parts.query).get("service", [""])[0]
        posted = parts.path.rsplit("/", 1)[-1] if self.command == "POST" else ""
        request = GitRequest(self.command, unquote(parts.path), asked or posted)
        answer = self.server.answer(request, self.headers, body)  # type: ignore[arg-type]
        self.send_response(answer.status)
        for name, value in {**answer.headers, "Content-Length": str(len(answer.body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)
        self.server.bytes_sent += len(answer.body)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            body = self._chunks()
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        return gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body

    def _chunks(self) -> bytes:
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return body


def _target(path: str) -> tuple[str, str]:
    """Split `/my-org/repo.git/info/refs` into ("my-org/repo", "info/refs"); names ignore case."""
    parts = path.strip("/").split("/", 2)
    if len(parts) < 3:
        return "", ""
    return f"{parts[0]}/{parts[1].removesuffix('.git')}".lower(), parts[2]


def _may_enter(repository: BareRepository, authorization: str) -> bool:
    if repository.login is None:
        return True
    expected = base64.b64encode(":".join(repository.login).encode()).decode()
    return hmac.compare_digest(f"Basic {expected}".encode(), authorization.encode())


def _git(kind: str, body: bytes) -> HttpAnswer:
    return HttpAnswer(200, body, {"Content-Type": f"application/x-{kind}", **_NO_CACHE})


def _text(status: int, text: str, headers: Mapping[str, str] | None = None) -> HttpAnswer:
    return HttpAnswer(status, text.encode(), {"Content-Type": "text/plain; charset=utf-8", **(headers or {})})
