"""What all HTTP doors share: requests in, answers out, errors as JSON."""

from __future__ import annotations

import functools
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import azure.functions as func

from shared.errors import TidegateError

log = logging.getLogger(__name__)
Handler = Callable[..., func.HttpResponse]
# Source: Argo CD's gRPC gateway: the code beside the HTTP status in an error body
_GRPC_CODES = {400: 3, 401: 16, 403: 7, 404: 5, 409: 9, 413: 8, 415: 3, 500: 13, 503: 14}


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
    """What a handler says. The Functions door sends a body whole; the host may stream an iterator."""

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
    code = _GRPC_CODES.get(error.http_status, 2)
    return json_answer({"error": str(error), "code": code, "message": str(error)}, error.http_status, headers)


def write(answer: Answer) -> func.HttpResponse:
    body = answer.body if isinstance(answer.body, bytes) else b"".join(answer.body)
    return func.HttpResponse(body, status_code=answer.status, headers=answer.headers)


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
