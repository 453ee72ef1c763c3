"""The control URL: the verbs of the demo over HTTP, JSON in and JSON out, on 127.0.0.1 alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from threading import Lock
from typing import Any, Self

import pygit2

from sandbox.demo.control.drift import DRIFT
from sandbox.demo.control.effect import Effect
from sandbox.demo.control.push_image import PUSH_IMAGE
from sandbox.demo.control.reach import Reach, Verb
from sandbox.demo.control.refusal import RefusedError
from sandbox.demo.control.request_fields import RequestFields
from sandbox.demo.control.revert import REVERT
from sandbox.demo.control.set_secret import SET_SECRET
from sandbox.loopback_server import LoopbackServer
from shared.errors import TidegateError

VERBS = {verb.name: verb for verb in (PUSH_IMAGE, DRIFT, SET_SECRET, REVERT)}
_LARGEST_BYTES = 256 * 1024
Answer = tuple[int, dict[str, Any]]


class DemoControl:
    """`GET /` lists the verbs, `POST /VERB` does one, `GET /effects/ID` tells how far its effect has come.

    One request at a time: the verbs share a working copy. No request is logged, since one holds a secret.
    """

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._effects: list[Effect] = []
        self._lock = Lock()
        self._server = _Server(self)

    def start(self) -> Self:
        self._server.begin("sandbox-control")
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.end()

    @property
    def url(self) -> str:
        return self._server.url

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """(HTTP status, document). What is refused or fails is told in `message`."""
        try:
            self._check_sender(headers)
            with self._lock:
                return self._route(method, path, headers, body)
        except RefusedError as refusal:
            return refusal.status, refusal.body
        except (OSError, LookupError, TidegateError, pygit2.GitError) as error:
            return HTTPStatus.BAD_GATEWAY, {"message": f"The demo could not do that: {error}"}

    def _check_sender(self, headers: Mapping[str, str]) -> None:
        """A page of another site, which a browser lets ask 127.0.0.1 by a name of its own, is refused."""
        if headers.get("Host", "") not in (
            self.url.removeprefix("http://"),
            f"localhost:{self._server.server_port}",
        ):
            raise RefusedError(
                "Request", "Host", "is not this server", f"Use {self.url}", HTTPStatus.FORBIDDEN
            )

    def _route(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        name = path.strip("/")
        if method == "GET" and not name:
            verbs = [{"name": v.name, "text": v.text, "fields": dict(v.fields)} for v in VERBS.values()]
            return HTTPStatus.OK, {"sandbox": "tidegate", "verbs": verbs}
        if method == "GET" and name.startswith("effects/"):
            return HTTPStatus.OK, self._effect(name.removeprefix("effects/")).view()
        if method == "POST" and name in VERBS:
            return HTTPStatus.OK, self._do(VERBS[name], _document(headers, body))
        raise RefusedError(
            f"{method} {path}", "path", "there is no such path", "GET / lists them", HTTPStatus.NOT_FOUND
        )

    def _effect(self, number: str) -> Effect:
        if number.isdecimal() and int(number) < len(self._effects):
            return self._effects[int(number)]
        raise RefusedError(
            f"Effect {number}", "id", "is not known", "Run the verb again", HTTPStatus.NOT_FOUND
        )

    def _do(self, verb: Verb, document: Mapping[str, Any]) -> dict[str, Any]:
        fields = RequestFields(verb.name, document)
        fields.only(verb.fields)
        done = verb.run(self._reach, fields)
        applications = self._reach.applications
        self._effects.append(Effect(done.steps, lambda: applications.said(done.names)))
        return {
            "verb": verb.name,
            "done": done.sentence,
            "look": [applications.page(name) for name in done.names or [""]],
            "applications": list(done.names),
            **done.details,
            "effect": f"/effects/{len(self._effects) - 1}",
        }


def _document(headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """The JSON object of a request. Its type must be said: browsers let no other site do that unasked."""
    kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise RefusedError(
            "Request",
            "Content-Type",
            f"is {kind or 'missing'}",
            "Send application/json",
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        )
    try:
        value = json.loads(body or b"{}")
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise RefusedError("Request", "body", "is no JSON object", "Send an object, {} where nothing is said")
    return value


class _Server(LoopbackServer):
    def __init__(self, control: DemoControl) -> None:
        self.control = control
        super().__init__(0, _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._reply()

    def do_POST(self) -> None:
        self._reply()

    def _reply(self) -> None:
        length = self.headers.get("Content-Length") or "0"
        if length.isdecimal() and int(length) <= _LARGEST_BYTES:
            body = self.rfile.read(int(length))
            status, document = self.server.control.answer(self.command, self.path, self.headers, body)  # type: ignore[arg-type]
        else:
            refusal = RefusedError(
                "Request", "body", "is too large", f"Send at most {_LARGEST_BYTES} bytes", 413
            )
            status, document = refusal.status, refusal.body
            self.close_connection = True  # its body is still on the line
        self._write(status, json.dumps(document).encode())

    def _write(self, status: int, data: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """A request may hold a secret: nothing is logged."""
