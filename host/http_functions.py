"""From the bytes of a request to the bytes of an answer: finds the function, calls it, minds its errors."""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import azure.functions as func

from functions._http import StreamedResponse
from host.configuration import HostConfig
from host.indexing import HttpFunction
from host.invocation import invoke
from host.routing import Router
from shared.errors import TidegateError
from shared.ports.work_queue import WorkQueue

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class HttpCall:
    """A request as it came. `target` is the raw path with its query; header names are lower-case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """A body that is an iterator is sent as it comes; b"" asks whether anybody still listens."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes | Iterator[bytes]


class HttpFunctions:
    """Answers every request; nothing is raised."""

    def __init__(
        self, functions: tuple[HttpFunction, ...], queues: Callable[[str], WorkQueue], config: HostConfig
    ) -> None:
        self._router = Router(functions, config.route_prefix)
        self._queues = queues
        self._key = config.function_key
        self._counters = config.counters

    def __call__(self, call: HttpCall) -> HttpAnswer:
        url = urlsplit(call.target)
        match = self._router.match(call.method, url.path)
        if match is None:
            return json_error(404, f"{call.method} {url.path}: no such path")
        if match.function.needs_key and not self._has_key(call):
            return json_error(401, "this path wants a key: the header x-functions-key, or code in the query")
        request = func.HttpRequest(
            call.method,
            f"http://{call.headers.get('host', 'localhost')}{call.target}",
            headers=call.headers,
            params=_params(url.query),
            route_params=match.params,
            body=call.body,
        )
        answer = self._called(match.function, request)
        labels = {"function": match.function.function.name, "code": str(answer.status)}
        self._counters.add("tidegate_http_requests_total", labels)
        return answer

    def _called(self, function: HttpFunction, request: func.HttpRequest) -> HttpAnswer:
        name = function.function.name
        try:
            return _answer(invoke(function.function, request, self._queues))
        except TidegateError as error:
            log.warning("http function refused", extra={"function": name, "error": str(error)})
            return json_error(error.http_status, str(error))
        except Exception:
            log.exception("http function failed", extra={"function": name})
            return json_error(500, f"function {name} failed. The log has the traceback")

    def _has_key(self, call: HttpCall) -> bool:
        given = call.headers.get("x-functions-key") or dict(parse_qsl(urlsplit(call.target).query)).get(
            "code", ""
        )
        return self._key is not None and hmac.compare_digest(given.encode(), self._key.reveal().encode())


def json_error(status: int, text: str) -> HttpAnswer:
    """An error of the host itself, in the shape of the API's errors."""
    body = json.dumps({"error": text, "code": HTTPStatus(status).name, "message": text}).encode()
    return HttpAnswer(status, (("Content-Type", "application/json"),), body)


def _params(query: str) -> dict[str, str]:
    """Source: the platform joins repeated keys with a comma and drops empty values."""
    params: dict[str, str] = {}
    for name, value in parse_qsl(query):
        params[name] = f"{params[name]},{value}" if name in params else value
    return params


def _answer(result: Any) -> HttpAnswer:
    """Source: the platform answers 204 when a function returns nothing."""
    if result is None:
        return HttpAnswer(204, (), b"")
    if isinstance(result, str):
        result = func.HttpResponse(result)
    if not isinstance(result, func.HttpResponse):
        raise TypeError(f"an HTTP function must return func.HttpResponse or str, not {type(result).__name__}")
    headers = [(name, value) for name, value in result.headers.items() if name.lower() != "content-length"]
    if not any(name.lower() == "content-type" for name, _ in headers):
        charset = f"; charset={result.charset}" if result.mimetype.startswith("text/") else ""
        headers.append(("Content-Type", f"{result.mimetype}{charset}"))
    body = result.parts if isinstance(result, StreamedResponse) else result.get_body()
    return HttpAnswer(result.status_code, tuple(headers), body)
