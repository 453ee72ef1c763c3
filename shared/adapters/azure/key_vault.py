"""SecretVault on Azure Key Vault."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from shared.adapters.azure.entra_tokens import Credential
from shared.adapters.azure.vault_clients import VaultClients
from shared.adapters.azure.vault_refusals import translated
from shared.domain.access.secret_text import SecretText
from shared.domain.secrets.vault_secret import SecretProperties, VaultSecret


class KeyVaultSecrets:
    """Safe to share between threads; `close` when the process ends.

    `where_is` maps a vault's URL to where it is; the TLS name and the Host header stay those of the vault.
    """

    def __init__(self, credential: Credential, where_is: Callable[[str], str] = lambda url: url) -> None:
        self._clients = VaultClients(credential, where_is)

    def properties(self, vault: str) -> Iterator[SecretProperties]:
        with translated(f"Vault {vault}"):
            for found in self._clients(vault).list_properties_of_secrets():
                yield _properties(found, listed=True)

    def get(self, vault: str, name: str, version: str = "") -> VaultSecret:
        with translated(f"Secret {name} in vault {vault}"):
            found = self._clients(vault).get_secret(name, version or None)
            return VaultSecret(_properties(found.properties, listed=False), SecretText(found.value or ""))

    def close(self) -> None:
        """Close all connections; a later call opens new ones."""
        self._clients.close()


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
