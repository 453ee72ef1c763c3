"""What Key Vault refuses → our errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from azure.core.exceptions import AzureError, HttpResponseError

from shared.errors import (
    InvalidRequestError,
    NotFoundError,
    PermissionDeniedError,
    TidegateError,
    UnavailableError,
)

READER = "Key Vault Secrets User"
_WAYS_OUT = {
    "SecretDisabled": "Enable its latest version, or set a new one",
    "SecretNotYetValid": "Wait for its activation date, or mend it",
    "AccessDenied": "Give the app's identity the permissions get and list in the vault's access policy",
    "ForbiddenByFirewall": "Let the app's network through the vault's firewall",
    "ForbiddenByConnection": "Public access is off: give the app a private endpoint to the vault",
}


@contextmanager
def translated(subject: str, role: str = READER) -> Iterator[None]:
    """No error of the SDK leaves this block. `role` is the one that the app's identity needs."""
    try:
        yield
    except HttpResponseError as error:
        raise _refusal(error, subject, role) from error
    except AzureError as error:
        raise UnavailableError(
            f"{subject}: cannot be reached ({type(error).__name__}). "
            "Check the vault's name, and that the app's network leads to it"
        ) from error
    except ValueError as error:  # the challenge names a resource that is not the vault's own
        raise UnavailableError(f"{subject}: what answers there is no vault of that name") from error


def said(error: HttpResponseError) -> tuple[str, str]:
    """The first line of the vault's own words, and the code within, "" when it said none."""
    details = getattr(error, "error", None)
    message = str(getattr(details, "message", "") or error.reason or "no reason given")
    inner = getattr(details, "innererror", None) or {}
    code = inner.get("code", "") if isinstance(inner, dict) else ""
    return message.splitlines()[0].strip().rstrip("."), str(code)


def _refusal(error: HttpResponseError, subject: str, role: str) -> TidegateError:
    status = error.status_code or 0
    if error.response is None:  # the credential failed before anything was asked
        return UnavailableError(
            f"{subject}: the app's identity gives no token. "
            "Check that the app has an identity and that its client id is right"
        )
    sentence, inner = said(error)
    if status == HTTPStatus.NOT_FOUND:
        return NotFoundError(
            f"{subject}: Secret does not exist. Set it, recover it if it was deleted, or mend the key"
        )
    if status == HTTPStatus.FORBIDDEN:
        way_out = _WAYS_OUT.get(inner, f"Give the app's identity the role {role} on the vault")
        return PermissionDeniedError(f"{subject}: {sentence} ({inner or 'Forbidden'}). {way_out}")
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return UnavailableError(f"{subject}: the vault is throttled ({sentence})", _seconds(error))
    if status == HTTPStatus.UNAUTHORIZED or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        way_out = "Check the tenant of the app's identity" if status == HTTPStatus.UNAUTHORIZED else ""
        return UnavailableError(
            f"{subject}: answers {status} ({sentence}). {way_out}".rstrip(". "), _seconds(error)
        )
    return InvalidRequestError(f"{subject}: {sentence}")


def _seconds(error: HttpResponseError) -> float | None:
    headers = getattr(error.response, "headers", {})
    text = str(headers.get("Retry-After", ""))
    return float(text) if text.isdecimal() else None
