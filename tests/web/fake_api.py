"""A server on 127.0.0.1 with the built page and the REST API's shapes, which fails on command."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from http.server import BaseHTTPRequestHandler
from threading import Lock
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

from functions._http import Answer, Request, json_answer
from functions.web_ui import WebUi
from sandbox.loopback_server import LoopbackServer
from tests.web import fake_data

_LOOK_SECONDS = 0.05
_ONE = re.compile(r"/api/v1/applications/([^/]+)(/.*)?")


class FakeApi:
    """What the page asks is kept in `asked`; tests set the lists, `refused` and `signed_in` as they like."""

    def __init__(self, applications: list[dict[str, Any]]) -> None:
        self.applications = applications
        self.nodes: list[dict[str, Any]] = []
        self.managed: list[dict[str, Any]] = []
        self.logs: list[dict[str, Any]] = []
        self.clusters: list[dict[str, Any]] = []
        self.messages: list[dict[str, Any]] = []
        self.traces: dict[str, dict[str, Any]] = {}
        self.cause: dict[str, Any] | None = None
        self.earlier: list[dict[str, Any]] = []
        self.refused: dict[str, tuple[int, str]] = {}
        self.signed_in = True
        self.streaming = True
        self.asked: list[tuple[str, str, Any]] = []
        self._changes: list[dict[str, Any]] = []
        self._guard = Lock()
        self._ended = False
        self._web = WebUi(self._answer)
        self._server = self._serve(0)
        self.url = self._server.url

    def silence(self) -> None:
        """Go away as a network does: nothing listens, and every connection is cut."""
        self._ended = True
        self._server.end()

    def speak(self) -> None:
        """Come back on the same port."""
        self._ended = False
        self._server = self._serve(int(self.url.rpartition(":")[2]))

    def change(self, name: str, change: Callable[[dict[str, Any]], None]) -> None:
        """Change an application and tell who follows."""
        with self._guard:
            found = deepcopy(self.named(name))
            change(found)
            self.applications = [
                found if each["metadata"]["name"] == name else each for each in self.applications
            ]
            self._changes.append({"type": "MODIFIED", "application": found})

    def named(self, name: str) -> dict[str, Any]:
        return next(each for each in self.applications if each["metadata"]["name"] == name)

    def posts(self) -> list[tuple[str, str, Any]]:
        return [each for each in self.asked if each[0] != "GET"]

    def _serve(self, port: int) -> LoopbackServer:
        handler = type("Handler", (_Handler,), {"web": self._web})
        server = LoopbackServer(port, handler)
        server.begin("fake-api")
        return server

    def _answer(self, request: Request) -> Answer:
        path = request.path
        body = json.loads(request.body) if request.body else None
        self.asked.append((request.method, unquote(path), body))
        if path == "/api/v1/session" and request.method == "POST":
            self.signed_in = True
            return json_answer({"token": "test"})
        if not self.signed_in and path != "/api/version":
            return _refusal(401, "Log in first")
        for prefix, (status, message) in self.refused.items():
            if f"{request.method} {path}".startswith(prefix):
                return _refusal(status, message)
        return self._known(request, body)

    def _known(self, request: Request, body: Any) -> Answer:
        path = request.path
        fixed: dict[str, Callable[[], Any]] = {
            "/api/version": lambda: {"Version": "v0"},
            "/api/v1/session/userinfo": lambda: {"loggedIn": True, "username": "admin"},
            "/api/v1/clusters": lambda: {"items": self.clusters},
            "/api/v1/applicationsets": lambda: {"items": None},
            "/api/v1/messages": lambda: _page(self.messages),
            "/api/v1/traces": lambda: _page(
                [{**each, "at": fake_data.MOMENT} for each in self.traces.values()]
            ),
            "/api/v1/applications": lambda: self._list(request),
        }
        if path in fixed:
            return json_answer(fixed[path]())
        kind, _, name = path.removeprefix("/api/v1/").partition("/")
        if kind == "stream":
            whole = name == "applications"
            return self._stream(request.first("name")) if whole else self._lines([{"nodes": self.nodes}])
        if kind == "messages":
            return json_answer(self._handle(request.method, name.removesuffix("/retry")))
        if kind == "traces" and name in self.traces:
            return json_answer(self.traces[name])
        if found := _ONE.fullmatch(path):
            return self._one(unquote(found[1]), found[2] or "", request, body)
        return _refusal(404, f"{path} is not here")

    def _one(self, name: str, rest: str, request: Request, body: Any) -> Answer:
        if name not in {each["metadata"]["name"] for each in self.applications}:
            return _refusal(404, f'applications.argoproj.io "{name}" not found')
        if request.method != "GET":
            return json_answer(self._act(name, rest, body))
        app = self.named(name)
        if rest.startswith("/revisions/"):
            return json_answer(
                {"author": "Kim <kim@example>", "date": fake_data.MOMENT, "message": "Bump\n\nbody"}
            )
        if rest == "/logs":
            return self._lines([*self.logs, {"content": "", "last": True, "podName": ""}])
        answers: dict[str, Any] = {
            "": app,
            "/resource-tree": {"nodes": self.nodes},
            "/managed-resources": {"items": self.managed},
            "/events": {"items": []},
            "/manifests": {"manifests": []},
            "/resource": {"manifest": json.dumps({"kind": "Deployment", "metadata": {"name": "web"}})},
            "/operation": {
                "operationState": app["status"]["operationState"],
                "cause": self.cause,
                "stages": [*self.earlier, *app["status"]["tidegate"]["stages"]],
                "trace": app["status"]["tidegate"]["trace"],
                "waves": [],
            },
        }
        return json_answer(answers[rest])

    def _handle(self, method: str, message: str) -> dict[str, Any]:
        """A message that is tried again or deleted is gone from the list."""
        if method != "GET":
            self.messages = [each for each in self.messages if each["id"] != message]
        return {}

    def _act(self, name: str, rest: str, body: Any) -> Any:
        """A sync is done at once, at a moment of its own."""
        if rest == "/sync":
            moment = f"2026-02-01T00:00:{len(self.asked) % 60:02}Z"
            done = {"phase": "Succeeded", "message": "all applied", "startedAt": moment, "finishedAt": moment}
            self.change(
                name,
                lambda app: app["status"].update(
                    operationState=done, sync={"status": "Synced", "revision": fake_data.REVISION}
                ),
            )
        return self.named(name)

    def _list(self, request: Request) -> dict[str, Any]:
        states = {"sync": _several(request, "sync"), "health": _several(request, "health")}
        fitting = [each for each in self.applications if _fits(each, request)]
        shown = [
            each
            for each in fitting
            if all(not wanted or each["status"][name]["status"] in wanted for name, wanted in states.items())
        ]
        offset, limit = int(request.first("offset", "0")), int(request.first("limit", "1000"))
        page = shown[offset : offset + limit]
        counts: dict[str, Any] = {"total": len(fitting), "sync": {}, "health": {}}
        for each in fitting:
            for name in ("sync", "health"):
                state = each["status"][name]["status"]
                counts[name][state] = counts[name].get(state, 0) + 1
        rest = max(0, len(shown) - offset - limit)
        return {
            "items": page or None,
            "metadata": {"counts": counts, "resourceVersion": "1", "remainingItemCount": rest},
        }

    def _stream(self, name: str) -> Answer:
        if not self.streaming:
            return json_answer({})
        seen = len(self._changes)

        def follow() -> Iterator[bytes]:
            nonlocal seen
            first = [each for each in self.applications if name in ("", each["metadata"]["name"])][:50]
            yield from (_line({"type": "ADDED", "application": each}) for each in first)
            while not self._ended:
                more = self._changes[seen:]
                seen += len(more)
                yield from (
                    _line(each) for each in more if name in ("", each["application"]["metadata"]["name"])
                )
                time.sleep(_LOOK_SECONDS)
                yield b""

        return Answer(200, follow(), {"Content-Type": "application/json"})

    def _lines(self, values: list[Any]) -> Answer:
        def follow() -> Iterator[bytes]:
            yield from map(_line, values)
            while not self._ended:
                time.sleep(_LOOK_SECONDS)
                yield b""

        return Answer(200, follow(), {"Content-Type": "application/json"})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    web: ClassVar[WebUi]

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        size = int(self.headers.get("Content-Length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        query = parse_qs(url.query, keep_blank_values=True)
        answer = self.web(Request(self.command, url.path, query, headers, self.rfile.read(size)))
        whole = isinstance(answer.body, bytes)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if isinstance(answer.body, bytes):
            self.send_header("Content-Length", str(len(answer.body)))
        else:
            self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        if whole and isinstance(answer.body, bytes):
            self.wfile.write(answer.body)
            return
        self._send(iter(answer.body))  # type: ignore[arg-type]

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 the names that the base class looks for

    def _send(self, parts: Iterator[bytes]) -> None:
        for part in parts:
            if part:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
                self.wfile.flush()
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, format: str, *args: Any) -> None:
        """Tests do not read it."""


def _line(value: Any) -> bytes:
    return json.dumps({"result": value}).encode() + b"\n"


def _page(items: list[dict[str, Any]]) -> dict[str, Any]:
    return {"items": items, "metadata": {"continue": ""}}


def _refusal(status: int, message: str) -> Answer:
    return json_answer({"error": message, "code": 2, "message": message}, status)


def _several(request: Request, name: str) -> set[str]:
    return {part for value in request.query.get(name) or () for part in value.split(",") if part}


def _fits(app: dict[str, Any], request: Request) -> bool:
    spec, labels = app["spec"], app["metadata"]["labels"]
    wanted = dict(part.partition("=")[::2] for part in request.first("selector").split(",") if part)
    choices = {
        "projects": spec["project"],
        "cluster": spec["destination"]["name"],
        "namespace": spec["destination"]["namespace"],
    }
    return (
        request.first("search").lower() in app["metadata"]["name"].lower()
        and all(
            not _several(request, name) or value in _several(request, name) for name, value in choices.items()
        )
        and all(labels.get(name) == value for name, value in wanted.items())
    )
