"""CredentialStore in Tidegate's own Key Vault."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from string import punctuation
from urllib.parse import quote, unquote

from shared.adapters.azure.own_vault import OwnVault
from shared.domain.access.secret_text import SecretText
from shared.errors import InvalidRequestError

_PREFIX = "tidegate-credential-"
_TAG = "tidegate-name"
# Source: Key Vault's limits of values and tags
_VALUE_BYTES, _TAG_LENGTH, _TAGS = 25_600, 256, 15
_READABLE = punctuation.replace("%", "") + " "


class KeyVaultCredentials:
    """A secret `tidegate-credential-<sha256 of the name>` each, the name in its tags: names in the vault have
    letters, digits and dashes only, and no case.

    Every `get` asks the vault: so a new token counts at its next use in every instance. Nothing is kept in
    memory, since no instance could tell another that it changed.
    """

    def __init__(self, vault: OwnVault) -> None:
        self._vault = vault

    def get(self, name: str) -> SecretText | None:
        found = self._vault.get(_secret(name))
        return found.value if found is not None and _name(found.tags) == name else None

    def put(self, name: str, value: SecretText) -> None:
        """Raises InvalidRequestError for what the vault could not hold."""
        size = len(value.reveal().encode())
        if size > _VALUE_BYTES:
            raise InvalidRequestError(
                f"Credential {name}: has {size} bytes, and Key Vault keeps {_VALUE_BYTES}. Use a shorter one"
            )
        self._vault.put(_secret(name), value, _tags(name))

    def delete(self, name: str) -> None:
        self._vault.delete(_secret(name))

    def names(self) -> list[str]:
        listed = (_name(tags) for secret, tags in self._vault.tags() if secret.startswith(_PREFIX))
        return sorted(name for name in listed if name is not None)


def _secret(name: str) -> str:
    return f"{_PREFIX}{sha256(name.encode()).hexdigest()}"


def _tags(name: str) -> dict[str, str]:
    """The name in pieces; what is no ASCII as in URLs. Raises InvalidRequestError when it fills all tags."""
    text = quote(name, safe=_READABLE)
    pieces = [text[start : start + _TAG_LENGTH] for start in range(0, len(text), _TAG_LENGTH)]
    if len(pieces) > _TAGS:
        raise InvalidRequestError(f"Credential {name[:80]}…: its name is too long for the tags of a secret")
    return {f"{_TAG}-{number}": piece for number, piece in enumerate(pieces, 1)}


def _name(tags: Mapping[str, str]) -> str | None:
    """None for what is no credential, or was deleted."""
    pieces = [tags.get(f"{_TAG}-{number}", "") for number in range(1, _TAGS + 1)]
    return unquote("".join(pieces)) if pieces[0] else None
