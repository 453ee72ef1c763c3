"""Port: secrets in vaults."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from shared.domain.secrets.vault_secret import SecretProperties, VaultSecret


class SecretVault(Protocol):
    """Adapters: Key Vault, memory. One instance knows every vault; safe to share between threads.

    `vault` is the URL as people write it, e.g. `https://ai-app-kv.vault.azure.net`; names are compared
    without case. tests/contracts/test_secret_vault.py is the definition. Errors: NotFoundError (no such
    secret, vault or version), PermissionDeniedError (disabled, not valid yet, no role, firewall: with the
    way out), UnavailableError (throttled, with the vault's own wish; 5xx; no connection; no token).
    No message holds a value.
    """

    def properties(self, vault: str) -> Iterator[SecretProperties]:
        """Yield every secret of the vault, deleted ones left out: one listing, no values."""
        ...

    def get(self, vault: str, name: str, version: str = "") -> VaultSecret:
        """Return the value of one version, the latest when none is said. An expired one is still read."""
        ...
