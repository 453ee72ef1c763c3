"""What the API server's refusals mean in our words: the one place that maps HTTP statuses to errors."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import msgspec

from shared.errors import (
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    PayloadTooLargeError,
    PermissionDeniedError,
    TidegateError,
    UnauthenticatedError,
    UnavailableError,
)


class ObjectAbsentError(NotFoundError):
    """The kind is served, but there is no object of this name."""


class ExpiredError(ConflictError):
    """The server has forgotten the resourceVersion or continue token."""


_BY_CODE: Mapping[int, type[TidegateError]] = {
    401: UnauthenticatedError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    410: ExpiredError,
    413: PayloadTooLargeError,
}
# A server-side apply that does not fit the schema is answered with 500, though only an edit can help
_SCHEMA = re.compile(r"^failed to (create typed patch object|convert new object|create manager)|^\.\S+: ")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|`[^`]*`|\{.*\}|(?<=Invalid value: )[^:]*', re.DOTALL)
_HIDDEN = "••••"
# Absence and conflicts: `secrets "s" not found`, `conflict with "kubectl": .data.k`
_QUOTE_NAMES_ONLY = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT})
_PLAIN = frozenset({'"v1"', '"Secret"'})


@dataclass(frozen=True, slots=True)
class Call:
    """One request, and `doing`: what it is about in words, which starts every error message.

    `secret` says that the server's sentences may quote values nobody may see.
    """

    doing: str
    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    content_type: str = "application/json"
    accept: str = "application/json"
    plural: str = ""
    secret: bool = False


class _Cause(msgspec.Struct):
    reason: str = ""
    field: str = ""


class _Details(msgspec.Struct):
    name: str = ""
    kind: str = ""
    causes: list[_Cause] | None = None
    retryAfterSeconds: float | None = None  # noqa: N815  (the server's spelling)


class Status(msgspec.Struct):
    """Kubernetes' `Status` object, as far as we read it."""

    code: int = 0
    reason: str = ""
    message: str = ""
    details: _Details | None = None

    def causes(self) -> list[_Cause]:
        return (self.details and self.details.causes) or []


# made here, once: msgspec crashes when two threads are the first to decode a class
_STATUS = msgspec.json.Decoder(Status)


def status_of(body: bytes, code: int) -> Status:
    """Read the server's Status; other bodies (`404 page not found`, a proxy's page) become its message."""
    try:
        status = _STATUS.decode(body)
    except msgspec.DecodeError:
        status = Status(message=body[:300].decode("utf-8", "replace").strip())
    status.code = code or status.code
    return status


def refusal(call: Call, status: Status, retry_after: str | None = None) -> TidegateError:
    """Return the error for an answer that is no success. Server sentences pass, values of Secrets do not."""
    text = f"{call.doing}: {_sentence(call, status)}"
    if _is_absent(call, status):
        return ObjectAbsentError(text)
    if any(cause.reason == "NamespaceTerminating" for cause in status.causes()):
        return UnavailableError(f"{text}. Wait until the namespace is gone")
    if status.code in _BY_CODE:
        return _BY_CODE[status.code](text)
    if _is_retryable(status):
        return UnavailableError(text, _seconds(retry_after, status))
    return InvalidRequestError(text)


def _is_absent(call: Call, status: Status) -> bool:
    """An absent object is named in the details; for a kind that is not served they name nothing."""
    details = status.details
    if status.code != HTTPStatus.NOT_FOUND or details is None:
        return False
    return bool(details.name) and details.kind == call.plural


def _is_retryable(status: Status) -> bool:
    if status.code == HTTPStatus.INTERNAL_SERVER_ERROR and _SCHEMA.search(status.message):
        return False
    is_clients_fault = HTTPStatus.BAD_REQUEST <= status.code < HTTPStatus.INTERNAL_SERVER_ERROR
    return status.code == HTTPStatus.TOO_MANY_REQUESTS or not is_clients_fault


def _seconds(retry_after: str | None, status: Status) -> float | None:
    if retry_after and retry_after.isdigit():
        return float(retry_after)
    return status.details.retryAfterSeconds if status.details else None


def _sentence(call: Call, status: Status) -> str:
    message = status.message or status.reason or f"the cluster answered {status.code}"
    return _without_values(call.body, message, status) if call.secret else message


def _without_values(body: Any, message: str, status: Status) -> str:
    """Hide what a refusal of a Secret quotes: of free text nothing else is known to be harmless."""
    for value in sorted(set(_values(body)), key=len, reverse=True):
        message = message.replace(value, _HIDDEN)
    if status.code in _QUOTE_NAMES_ONLY:
        return message
    named = "; ".join(f"{cause.field} {cause.reason}" for cause in status.causes() if cause.field)
    if named:
        return f"the Secret is refused ({status.reason}): {named}"
    return _QUOTED.sub(lambda quoted: quoted[0] if quoted[0] in _PLAIN else _HIDDEN, message)


def _values(body: Any) -> Iterator[str]:
    """Every value in `data` and `stringData` of a manifest, or anywhere in a patch."""
    if isinstance(body, dict):
        kept = {"apiVersion", "kind", "metadata", "type"} if "kind" in body else set()
        for key, value in body.items():
            if key not in kept:
                yield from _values(value)
    elif isinstance(body, list):
        for item in body:
            yield from _values(item)
    elif body not in (None, "", True, False):
        yield str(body)
