"""Streams of JSON values in the two forms that clients ask for: NDJSON and server-sent events."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from http import HTTPStatus
from itertools import chain
from time import monotonic
from typing import Any

from functions._http import GRPC_CODES, Answer, Request, close
from shared.errors import TidegateError

log = logging.getLogger(__name__)
KEEP_ALIVE_SECONDS = 15.0
_EVENT_STREAM = "text/event-stream"
_END: Any = object()


def stream_answer(
    request: Request, values: Iterator[Any], *, keep_alive: float = KEEP_ALIVE_SECONDS
) -> Answer:
    """Answer `{"result": value}` for each value; None says that nothing has happened for a moment.

    With `Accept: text/event-stream` each is a `data:` line, and `keep_alive` quiet seconds have a line `:`.
    Raises what the first value raises, so that a refusal has its own HTTP status; a later TidegateError is
    the last value of the stream: `{"error": {"grpc_code", "http_code", "message", "http_status"}}`.
    Source: Argo CD's gRPC gateway (server/server.go, argoproj/pkg grpc/http forwarders).
    """
    first = next(values, _END)
    events = _EVENT_STREAM in request.headers.get("accept", "")
    all_values = values if first is _END else chain([first], values)
    kind = _EVENT_STREAM if events else "application/json"
    headers = {"Content-Type": kind, "Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    parts = _events(all_values, keep_alive) if events else _lines(all_values)
    return Answer(200, _closing(parts, values), headers)


def _closing(parts: Iterator[bytes], source: Iterator[Any]) -> Iterator[bytes]:
    try:
        yield from parts
    finally:
        close(source)


def _lines(values: Iterator[Any]) -> Iterator[bytes]:
    for value in _with_errors(values):
        yield b"" if value is None else _json(value) + b"\n"


def _events(values: Iterator[Any], keep_alive: float) -> Iterator[bytes]:
    said = monotonic()
    for value in _with_errors(values):
        quiet = value is None and monotonic() - said < keep_alive
        if not quiet:
            said = monotonic()
        yield b"" if quiet else b":\n\n" if value is None else b"data: " + _json(value) + b"\n\n"


def _with_errors(values: Iterator[Any]) -> Iterator[dict[str, Any] | None]:
    try:
        for value in values:
            yield None if value is None else {"result": value}
    except TidegateError as error:
        log.info("stream ended", extra={"error": str(error), "error_class": type(error).__name__})
        yield {"error": _shown(error)}


def _shown(error: TidegateError) -> dict[str, Any]:
    status = HTTPStatus(error.http_status)
    code = GRPC_CODES.get(status.value, 2)
    return {
        "grpc_code": code,
        "http_code": status.value,
        "message": str(error),
        "http_status": status.phrase,
    }


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, default=str, separators=(",", ":")).encode()
