"""The sealing key in Tidegate's own Key Vault: made once, whoever comes first."""

from __future__ import annotations

import secrets
from contextlib import suppress

from shared.adapters.azure.own_vault import OwnVault
from shared.domain.access.sealing_key import KEY_BYTES, sealing_key
from shared.domain.access.secret_text import SecretText
from shared.errors import ConflictError, UnavailableError
from shared.ports.document_store import Document, DocumentStore

SECRET = "tidegate-sealing-key"  # noqa: S105 a name
_PARTITION, _KEY = "sealing", "key"


class VaultSealingKey:
    """The key is the version of the secret that one row names, and no other.

    Key Vault's `set` takes no condition, so of two that make a key there are two versions, and their order
    is known to the second only. The row decides: the store writes it for one of them only, it is never
    changed afterwards, and a version's value cannot change either. docs/adr/0009 has the proof.
    """

    def __init__(self, vault: OwnVault, documents: DocumentStore) -> None:
        self._vault, self._documents = vault, documents

    def read(self) -> bytes:
        """Return the 32 bytes, made where there are none. Raises UnavailableError with the way out."""
        row = self._documents.get(_PARTITION, _KEY) or self._named()
        version = str(row.body.get("version") or "")
        found = self._vault.get(SECRET, version) if version else None
        if found is None:
            raise UnavailableError(
                f"Sealing key: version {version} of the secret {SECRET} is not in the vault {self._vault.url}"
                f"; it was made in {row.body.get('vault')}. Recover the secret if it was deleted, or set "
                "TIDEGATE_VAULT to the vault that has it"
            )
        return self._key(found.value)

    def _named(self) -> Document:
        """Name a version: the one that a person set, else a new one, unless another instance was first."""
        found = self._vault.get(SECRET)
        if found is not None:
            self._key(found.value)
            version = found.version
        else:
            version = self._vault.put(SECRET, SecretText(secrets.token_hex(KEY_BYTES)), {})
        body = {"vault": self._vault.url, "secret": SECRET, "version": version}
        with suppress(ConflictError):
            return self._documents.put(Document(_PARTITION, _KEY, body))
        row = self._documents.get(_PARTITION, _KEY)
        if row is None:
            raise UnavailableError("Sealing key: its row was removed while it was made. Try again")
        return row

    def _key(self, value: SecretText) -> bytes:
        key = sealing_key(value.reveal())
        if key is None:
            raise UnavailableError(
                f"Sealing key: the secret {SECRET} in the vault {self._vault.url} does not hold 64 hex "
                "digits. Set a version that does, or delete the secret to have one made"
            )
        return key
