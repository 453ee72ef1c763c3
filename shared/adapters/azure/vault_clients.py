"""Clients of Key Vault's SDK, one a vault, made when first used."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from shared.adapters.azure.entra_tokens import Credential
from shared.adapters.azure.vault_transport import transport_to

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


class VaultClients:
    """Safe to share between threads; `close` when the process ends.

    `where_is` maps a vault's URL to where it is; the TLS name and the Host header stay those of the vault.
    """

    def __init__(self, credential: Credential, where_is: Callable[[str], str] = lambda url: url) -> None:
        self._credential, self._where_is = credential, where_is
        self._lock = threading.Lock()
        self._clients: dict[str, SecretClient] = {}

    def __call__(self, vault: str) -> SecretClient:
        """The client of a vault, whose URL has no slash at its end."""
        from shared.adapters.azure.secret_client import SecretClient

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

    def close(self) -> None:
        """Close all connections; a later call opens new ones."""
        with self._lock:
            for client in self._clients.values():
                client.close()
            self._clients.clear()
