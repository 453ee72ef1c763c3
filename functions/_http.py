"""What all HTTP doors share: requests in, answers out, errors as JSON."""

from __future__ import annotations

import functools
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from http import HTTPStatus
from time import monotonic
from typing import Any
from urllib.parse import parse_qs, urlsplit

import azure.functions as func

from shared.errors import TidegateError

log = logging.getLogger(__name__)
Handler = Callable[..., func.HttpResponse]
STREAM_SECONDS = 20.0
_STREAM_BYTES = 32 * 1024 * 1024
# Source: Argo CD's gRPC gateway: the code beside the HTTP status in an error body
GRPC_CODES = {400: 3, 401: 16, 403: 7, 404: 5, 409: 9, 413: 8, 415: 3, 500: 13, 503: 14}


@dataclass(frozen=True, slots=True)
class Request:
    """`path` is raw (encoded slashes kept), header names are lower-case, query keys may repeat."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes

    def first(self, name: str, default: str = "") -> str:
        """The first value of a query key."""
        return (self.query.get(name) or [default])[0]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a handler says.

    A body that is an iterator may have no end. It yields at least once a second: b"" when there is nothing to
    say, so that who sends it can stop. The host streams it until the client goes away; the Functions door,
    which can only send whole bodies, ends it after STREAM_SECONDS.
    """

    status: int = 200
    body: bytes | Iterator[bytes] = b""
    headers: dict[str, str] = field(default_factory=dict)


def read(req: func.HttpRequest) -> Request:
    """The platform's request as ours; the query comes from the URL, where empty values survive."""
    url = urlsplit(req.url)
    query = parse_qs(url.query, keep_blank_values=True)
    return Request(req.method or "GET", url.path, query, headers_of(req), req.get_body())


def headers_of(req: func.HttpRequest) -> dict[str, str]:
    return {name.lower(): value for name, value in req.headers.items()}


def json_answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    body = json.dumps(value, ensure_ascii=False, default=str).encode()
    return Answer(status, body, {"Content-Type": "application/json", **(headers or {})})


def error_answer(error: TidegateError) -> Answer:
    """Source: Argo CD answers `{"error", "code", "message"}` with a gRPC code."""
    headers = {}
    if wish := getattr(error, "retry_after_seconds", None):
        headers["Retry-After"] = str(int(wish))
    code = GRPC_CODES.get(error.http_status, 2)
    return json_answer({"error": str(error), "code": code, "message": str(error)}, error.http_status, headers)


class StreamedResponse(func.HttpResponse):
    """Sent part by part by the host; the platform asks for its body, and gets what came in time."""

    def __init__(self, answer: Answer, parts: Iterator[bytes], seconds: float = STREAM_SECONDS) -> None:
        super().__init__(b"", status_code=answer.status, headers=answer.headers)
        self.parts, self._seconds = parts, seconds

    def get_body(self) -> bytes:
        """At most `seconds` of the stream and 32 MiB; it is closed then."""
        body, end = bytearray(), monotonic() + self._seconds
        try:
            for part in self.parts:
                body += part
                if monotonic() >= end or len(body) >= _STREAM_BYTES:
                    break
        finally:
            close(self.parts)
        return bytes(body)


def write(answer: Answer) -> func.HttpResponse:
    if isinstance(answer.body, bytes):
        return func.HttpResponse(answer.body, status_code=answer.status, headers=answer.headers)
    return StreamedResponse(answer, answer.body)


def close(parts: Iterator[Any]) -> None:
    """Let a stream go before its end, so that what it holds open is closed now."""
    with suppress(AttributeError):
        parts.close()  # type: ignore[attr-defined]


def unless_known(request: Request, answer: Answer) -> Answer:
    """The answer of a GET with its ETag; 304 without a body for who has it already."""
    if request.method != "GET" or answer.status != HTTPStatus.OK or not isinstance(answer.body, bytes):
        return answer
    tag = f'"{blake2b(answer.body, digest_size=12).hexdigest()}"'
    known = [each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")]
    headers = {**answer.headers, "ETag": tag}
    return Answer(304, b"", headers) if tag in known else Answer(200, answer.body, headers)


def answer_errors(handler: Handler) -> Handler:
    """Turn a TidegateError into its HTTP status, and a bug into a 500 that has a body."""

    @functools.wraps(handler)
    def wrapped(*args: Any, **kwargs: Any) -> func.HttpResponse:
        try:
            return handler(*args, **kwargs)
        except TidegateError as error:
            return write(error_answer(error))
        except Exception:
            log.exception("unexpected error in an HTTP function")
            text = "Tidegate met an error that it did not expect. Its log has the traceback"
            return write(json_answer({"error": text, "code": 13, "message": text}, 500))

    return wrapped
