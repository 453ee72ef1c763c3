"""Requests to the REST API and what their answers mean; how the bytes travel is the transport's."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from tidegate.failures import Failure, failure_of

Json = dict[str, Any]
Query = Mapping[str, object]
_SHOWN = 200
LOGIN = "/api/v1/session"


@dataclass(frozen=True, slots=True)
class Reply:
    """`lines` can be read once; each is one line of the body without its end. `close` ends it early."""

    status: int
    lines: Iterator[bytes]
    close: Callable[[], None] = lambda: None


class Transport(Protocol):
    """Sends one request. Raises Failure when the server cannot be reached."""

    def send(self, method: str, target: str, body: bytes | None, headers: Mapping[str, str]) -> Reply: ...


class Client:
    """Every method raises Failure, with the server's sentence, for what the server refuses."""

    def __init__(self, transport: Transport, token: str = "") -> None:
        self._transport, self._token = transport, token

    def get(self, path: str, query: Query | None = None) -> Json:
        return self._call("GET", path, query, None)

    def post(self, path: str, body: Any, query: Query | None = None) -> Json:
        return self._call("POST", path, query, body)

    def put(self, path: str, body: Json) -> Json:
        return self._call("PUT", path, None, body)

    def delete(self, path: str, query: Query | None = None) -> Json:
        return self._call("DELETE", path, query, None)

    def stream(self, path: str, query: Query | None = None) -> Iterator[Json]:
        """Yield what each value of a stream holds under `result`, as it comes.

        Server-sent events are asked for, since they show life in quiet times; lines of JSON are read, too.
        """
        reply = self._send("GET", path, query, None, accept="text/event-stream")
        if reply.status >= HTTPStatus.BAD_REQUEST:
            raise _refused(reply, path)
        try:
            for line in reply.lines:
                if text := line.removeprefix(b"data:").strip().removeprefix(b":"):
                    yield _result(_parsed(text))
        finally:
            reply.close()

    def _call(self, method: str, path: str, query: Query | None, body: Any) -> Json:
        reply = self._send(method, path, query, body)
        if reply.status >= HTTPStatus.BAD_REQUEST:
            raise _refused(reply, path)
        return _parsed(b"\n".join(reply.lines) or b"{}")

    def _send(
        self, method: str, path: str, query: Query | None, body: Any, accept: str = "application/json"
    ) -> Reply:
        headers = {"Accept": accept}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        data = None
        if method in ("POST", "PUT", "PATCH"):
            headers["Content-Type"] = "application/json"
            data = json.dumps(body).encode()
        pairs = {name: value for name, value in (query or {}).items() if value not in (None, "", (), [])}
        target = f"{path}?{urlencode(pairs, doseq=True)}" if pairs else path
        return self._transport.send(method, target, data, headers)


def path_of(*parts: str) -> str:
    """`/api/v1/…` with each part quoted, slashes too: a part may be a URL."""
    return "/api/v1/" + "/".join(quote(part, safe="") for part in parts)


def _parsed(data: bytes) -> Json:
    try:
        value = json.loads(data)
    except ValueError as error:
        text = data[:_SHOWN].decode(errors="replace")
        raise Failure(f"The server did not answer in JSON but with {text!r}. Is it Tidegate?") from error
    if not isinstance(value, dict):
        raise Failure(f"The server answered {type(value).__name__} where an object was due. Is it Tidegate?")
    return value


def _result(entry: Json) -> Json:
    """What one line of a stream holds; raises the failure that it tells of."""
    if error := entry.get("error"):
        problem = error if isinstance(error, dict) else {"message": error}
        status = int(problem.get("http_code") or HTTPStatus.INTERNAL_SERVER_ERROR)
        raise failure_of(status, problem.get("grpc_code"), str(problem.get("message")))
    return entry.get("result") or {}


def _refused(reply: Reply, path: str) -> Failure:
    data = b"\n".join(reply.lines)
    try:
        body = json.loads(data)
    except ValueError:
        body = None
    if not isinstance(body, dict) or not (body.get("message") or body.get("error")):
        text = data[:_SHOWN].decode(errors="replace").strip()
        return failure_of(reply.status, None, f"The server answered {reply.status}: {text or 'nothing'}")
    message = str(body.get("message") or body.get("error"))
    if reply.status == HTTPStatus.UNAUTHORIZED and path != LOGIN:
        message = f"{message.rstrip('.')}. Run: tidegate login SERVER"
    return failure_of(reply.status, body.get("code"), message)
