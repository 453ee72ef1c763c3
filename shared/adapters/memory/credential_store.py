"""CredentialStore in memory."""

from __future__ import annotations

from shared.domain.access.secret_text import SecretText


class MemoryCredentialStore:
    """Each call is one operation on a dict, which threads may share."""

    def __init__(self) -> None:
        self._values: dict[str, SecretText] = {}

    def get(self, name: str) -> SecretText | None:
        return self._values.get(name)

    def put(self, name: str, value: SecretText) -> None:
        self._values[name] = value

    def delete(self, name: str) -> None:
        self._values.pop(name, None)

    def names(self) -> list[str]:
        return sorted(self._values)
