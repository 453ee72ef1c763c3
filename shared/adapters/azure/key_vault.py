"""SecretVault on Azure Key Vault: the only place that uses its SDK, imported when used."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from azure.core.exceptions import AzureError, HttpResponseError

from shared.adapters.azure.entra_tokens import Credential
from shared.adapters.azure.vault_transport import transport_to
from shared.domain.access.secret_text import SecretText
from shared.domain.secrets.vault_secret import SecretProperties, VaultSecret
from shared.errors import (
    InvalidRequestError,
    NotFoundError,
    PermissionDeniedError,
    TidegateError,
    UnavailableError,
)

if TYPE_CHECKING:
    from azure.keyvault.secrets import SecretClient

# One more try at once for a stale connection. Refusals and throttling go to the caller: nobody sleeps here.
_OPTIONS: dict[str, Any] = {
    "connection_timeout": 5,
    "read_timeout": 20,
    "retry_total": 1,
    "retry_connect": 1,
    "retry_read": 1,
    "retry_status": 0,
    "retry_backoff_factor": 0,
    "logging_enable": False,
}
_WAYS_OUT = {
    "SecretDisabled": "Enable its latest version, or set a new one",
    "SecretNotYetValid": "Wait for its activation date, or mend it",
    "ForbiddenByRbac": "Give the app's identity the role Key Vault Secrets User on the vault",
    "AccessDenied": "Give the app's identity the permissions get and list in the vault's access policy",
    "ForbiddenByFirewall": "Let the app's network through the vault's firewall",
    "ForbiddenByConnection": "Public access is off: give the app a private endpoint to the vault",
}


class KeyVaultSecrets:
    """Safe to share between threads; `close` when the process ends.

    `where_is` maps a vault's URL to where it is; the TLS name and the Host header stay those of the vault.
    """

    def __init__(self, credential: Credential, where_is: Callable[[str], str] = lambda url: url) -> None:
        self._credential, self._where_is = credential, where_is
        self._lock = threading.Lock()
        self._clients: dict[str, SecretClient] = {}

    def properties(self, vault: str) -> Iterator[SecretProperties]:
        with _translated(f"Vault {vault}"):
            for found in self._client(vault).list_properties_of_secrets():
                yield _properties(found, listed=True)

    def get(self, vault: str, name: str, version: str = "") -> VaultSecret:
        with _translated(f"Secret {name} in vault {vault}"):
            found = self._client(vault).get_secret(name, version or None)
            return VaultSecret(_properties(found.properties, listed=False), SecretText(found.value or ""))

    def close(self) -> None:
        """Close all connections; a later call opens new ones."""
        with self._lock:
            for client in self._clients.values():
                client.close()
            self._clients.clear()

    def _client(self, vault: str) -> SecretClient:
        from azure.keyvault.secrets import SecretClient

        with self._lock:
            # the SDK tells of every request at level INFO, in two long records
            logging.getLogger("azure").setLevel(logging.WARNING)
            if vault not in self._clients:
                credential: Any = self._credential
                place = self._where_is(vault).rstrip("/")
                options = (
                    _OPTIONS if place == vault else {**_OPTIONS, "transport": transport_to(vault, place)}
                )
                self._clients[vault] = SecretClient(vault, credential, **options)
            return self._clients[vault]


def _properties(found: Any, *, listed: bool) -> SecretProperties:
    return SecretProperties(
        name=str(found.name).lower(),
        updated=found.updated_on,
        enabled=bool(found.enabled),
        not_before=found.not_before,
        expires=found.expires_on,
        content_type=found.content_type or "",
        version="" if listed else str(found.version or ""),
    )


@contextmanager
def _translated(subject: str) -> Iterator[None]:
    """No error of the SDK leaves this block."""
    try:
        yield
    except HttpResponseError as error:
        raise _refusal(error, subject) from error
    except AzureError as error:
        raise UnavailableError(
            f"{subject}: cannot be reached ({type(error).__name__}). "
            "Check the vault's name, and that the app's network leads to it"
        ) from error
    except ValueError as error:  # the challenge names a resource that is not the vault's own
        raise UnavailableError(f"{subject}: what answers there is no vault of that name") from error


def _refusal(error: HttpResponseError, subject: str) -> TidegateError:
    status = error.status_code or 0
    if error.response is None:  # the credential failed before anything was asked
        return UnavailableError(
            f"{subject}: the app's identity gives no token. "
            "Check that the app has an identity and that its client id is right"
        )
    sentence, inner = _said(error)
    if status == HTTPStatus.NOT_FOUND:
        return NotFoundError(
            f"{subject}: Secret does not exist. Set it, recover it if it was deleted, or mend the key"
        )
    if status == HTTPStatus.FORBIDDEN:
        way_out = _WAYS_OUT.get(inner, _WAYS_OUT["ForbiddenByRbac"])
        return PermissionDeniedError(f"{subject}: {sentence} ({inner or 'Forbidden'}). {way_out}")
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return UnavailableError(f"{subject}: the vault is throttled ({sentence})", _seconds(error))
    if status == HTTPStatus.UNAUTHORIZED or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        way_out = "Check the tenant of the app's identity" if status == HTTPStatus.UNAUTHORIZED else ""
        return UnavailableError(
            f"{subject}: answers {status} ({sentence}). {way_out}".rstrip(". "), _seconds(error)
        )
    return InvalidRequestError(f"{subject}: {sentence}")


def _said(error: HttpResponseError) -> tuple[str, str]:
    """The first line of the vault's own words, and the code within."""
    details = getattr(error, "error", None)
    message = str(getattr(details, "message", "") or error.reason or "no reason given")
    inner = getattr(details, "innererror", None) or {}
    code = inner.get("code", "") if isinstance(inner, dict) else ""
    return message.splitlines()[0].strip().rstrip("."), str(code)


def _seconds(error: HttpResponseError) -> float | None:
    headers = getattr(error.response, "headers", {})
    text = str(headers.get("Retry-After", ""))
    return float(text) if text.isdecimal() else None
