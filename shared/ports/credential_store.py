"""Port: passwords and tokens of users' repositories and clusters."""

from __future__ import annotations

from typing import Protocol

from shared.domain.access.secret_text import SecretText


class CredentialStore(Protocol):
    """Adapters: sealed file (and Key Vault). Rows hold only the names used here.

    Every method raises UnavailableError when the store cannot be reached.
    """

    def get(self, name: str) -> SecretText | None: ...

    def put(self, name: str, value: SecretText) -> None: ...

    def delete(self, name: str) -> None:
        """Remove the value; no error if it is not there."""
        ...

    def names(self) -> list[str]:
        """Return the names in order."""
        ...
