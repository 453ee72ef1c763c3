"""The Key Vault of Tidegate's own secrets, which it writes, too."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from azure.core.exceptions import HttpResponseError, ResourceNotFoundError

from shared.adapters.azure.vault_clients import VaultClients
from shared.adapters.azure.vault_refusals import said, translated
from shared.domain.access.secret_text import SecretText
from shared.errors import UnavailableError, UserError

if TYPE_CHECKING:
    from azure.keyvault.secrets import SecretClient

_ROLE = "Key Vault Secrets Officer"
# Source: the codes within Key Vault's 409. The last two pass by themselves, within seconds
_RECOVERABLE = "ObjectIsDeletedButRecoverable"
_PASSING = (_RECOVERABLE, "ObjectIsBeingRecovered", "ObjectIsBeingDeleted")
_DISABLED = "SecretDisabled"
_PAUSE_SECONDS, _TRIES = 1.0, 20
_GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)


@dataclass(frozen=True, slots=True)
class OwnSecret:
    """One version of a secret. A version's value never changes; its tags may."""

    version: str
    value: SecretText
    tags: Mapping[str, str]


class OwnVault:
    """Safe to share between threads and processes. Names are those of Key Vault.

    Every method raises UnavailableError with the way out, also where the vault says no: what is missing then
    is ours to have, a role or a secret that somebody disabled, and no edit of a manifest helps.
    """

    def __init__(
        self, url: str, clients: VaultClients, pause: Callable[[float], object] = time.sleep
    ) -> None:
        self.url, self._clients, self._pause = url, clients, pause

    def get(self, name: str, version: str = "") -> OwnSecret | None:
        """The latest version, or the one that is named; None where there is none, or it was deleted."""
        with self._asked(f"Secret {name}") as client:
            try:
                found = client.get_secret(name, version or None)
            except ResourceNotFoundError:
                return None
            except HttpResponseError as error:
                if said(error)[1] == _DISABLED:
                    raise self._disabled(name, version) from error
                raise
            properties = found.properties
            return OwnSecret(properties.version or "", SecretText(found.value or ""), properties.tags or {})

    def put(self, name: str, value: SecretText, tags: Mapping[str, str]) -> str:
        """Add a version and return its id. One that was deleted is recovered first: its name is not free
        before the vault has purged it.

        A request waits here, up to 20 s: recovering takes the vault some seconds, in which it refuses the
        name, and the value can be put nowhere meanwhile.
        """
        with self._asked(f"Secret {name}") as client:
            for _ in range(_TRIES):
                try:
                    return client.set_secret(name, value.reveal(), tags=dict(tags)).properties.version or ""
                except HttpResponseError as error:
                    if said(error)[1] not in _PASSING:
                        raise
                    if said(error)[1] == _RECOVERABLE:
                        _recover(client, name)
                self._pause(_PAUSE_SECONDS)
        raise UnavailableError(
            f"Secret {name} in vault {self.url}: is still being deleted or recovered. Try again in a minute",
            retry_after_seconds=60,
        )

    def delete(self, name: str) -> None:
        """Soft-delete it; no error where there is none.

        An empty version without tags comes first: whoever recovers the secret, we in `put` or a person,
        finds that one, and not what was deleted.
        """
        with self._asked(f"Secret {name}") as client:
            try:
                if _holds_something(client, name):
                    client.set_secret(name, "", tags={})
                client.begin_delete_secret(name)
            except HttpResponseError as error:
                if error.status_code not in _GONE:  # else it is gone already, or another was first
                    raise

    def tags(self) -> Iterator[tuple[str, Mapping[str, str]]]:
        """Yield name and tags of each secret, by 25 a request, without values; deleted ones left out."""
        with self._asked("List of secrets") as client:
            for found in client.list_properties_of_secrets():
                yield str(found.name), found.tags or {}

    def close(self) -> None:
        """Close all connections; a later call opens new ones."""
        self._clients.close()

    def _disabled(self, name: str, version: str) -> UnavailableError:
        which = f"its version {version}" if version else "its latest version"
        return UnavailableError(
            f"Secret {name} in vault {self.url}: {which} is disabled, and Tidegate uses it. Enable it: "
            "az keyvault secret set-attributes --enabled true"
        )

    @contextmanager
    def _asked(self, subject: str) -> Iterator[SecretClient]:
        try:
            with translated(f"{subject} in vault {self.url}", _ROLE):
                yield self._clients(self.url)
        except UserError as error:
            raise UnavailableError(str(error)) from error


def _holds_something(client: SecretClient, name: str) -> bool:
    try:
        found = client.get_secret(name)
    except HttpResponseError as error:
        if said(error)[1] == _DISABLED:
            return True
        raise
    return bool(found.value or found.properties.tags)


def _recover(client: SecretClient, name: str) -> None:
    """Ask for it. That the poller finds it again does not mean that it can be written: the caller looks.

    Source: Azure/azure-sdk-for-net#31581.
    """
    try:
        client.begin_recover_deleted_secret(name)
    except HttpResponseError as error:
        if error.status_code not in _GONE:  # else another was first
            raise
