"""What Azure Storage refuses → our errors."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from azure.core.exceptions import AzureError, HttpResponseError

from shared.errors import UnavailableError

T = TypeVar("T")
_THROTTLED, _SERVER_ERRORS = 429, 500
_DENIED = (401, 403)


def code_of(error: AzureError) -> str:
    """The service's own word, e.g. `UpdateConditionNotSatisfied`; "" when it said none.

    The SDK finds it for most calls only; then it stands in a header, or in the body of Table storage.
    """
    code = getattr(error, "error_code", None)
    if code:
        return str(getattr(code, "value", code))
    response = getattr(error, "response", None)
    if response is None:
        return ""
    return str(response.headers.get("x-ms-error-code") or "") or _code_in(response)


def _code_in(response: Any) -> str:
    try:
        return str(json.loads(response.text())["odata.error"]["code"])
    except (AzureError, ValueError, LookupError, TypeError):
        return ""


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """No error of the SDK leaves this block: what the caller did not expect is an UnavailableError.

    Messages hold the status and the service's code, never the address, which may be signed.
    """
    try:
        yield
    except HttpResponseError as error:
        raise _unavailable(error, doing) from error
    except AzureError as error:
        raise UnavailableError(
            f"Azure Storage, {doing}: cannot be reached ({type(error).__name__})"
        ) from error


def made_first(call: Callable[[], T], make: Callable[[], object], missing: str) -> T:
    """Call; when the service answers that the table, container or queue is missing, make it and call again.

    So nothing is asked on the usual path, and an empty account fills itself.
    """
    try:
        return call()
    except HttpResponseError as error:
        if code_of(error) != missing:
            raise
    try:
        make()
    except HttpResponseError as error:
        if not code_of(error).endswith("AlreadyExists"):  # another process was first
            raise
    return call()


def _unavailable(error: HttpResponseError, doing: str) -> UnavailableError:
    status, code = error.status_code, code_of(error) or type(error).__name__
    subject = f"Azure Storage, {doing}: answers {status or 'nothing'} {code}"
    if status == _THROTTLED or (status or 0) >= _SERVER_ERRORS:
        return UnavailableError(subject, _retry_after_seconds(error))
    if status in _DENIED or status is None:
        return UnavailableError(
            f"{subject}. Check the connection string, or give the identity the data roles "
            "of blobs, queues and tables (new roles take some minutes)"
        )
    return UnavailableError(subject)


def _retry_after_seconds(error: HttpResponseError) -> float | None:
    headers = getattr(error.response, "headers", {})
    text = str(headers.get("Retry-After", ""))
    return float(text) if text.isdecimal() else None
