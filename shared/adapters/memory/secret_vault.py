"""SecretVault in memory: for tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from shared.domain.access.secret_text import SecretText
from shared.domain.secrets.vault_secret import SecretProperties, VaultSecret
from shared.errors import NotFoundError, PermissionDeniedError, TidegateError
from shared.ports.clock import Clock


@dataclass(slots=True)
class MemoryVaults:
    """Vaults appear when something is put into them. `failure` is raised by every call while it is set,
    `refuse_listing` by listings.

    `calls` are sentences like `get openai-api-key` and `list https://…`.
    """

    clock: Clock
    failure: TidegateError | None = None
    refuse_listing: TidegateError | None = None
    calls: list[str] = field(default_factory=list)
    _secrets: dict[tuple[str, str], list[VaultSecret]] = field(default_factory=dict)

    def put(self, vault: str, name: str, value: str, **properties: Any) -> str:
        """Add a version and return its name."""
        versions = self._secrets.setdefault((vault, name.lower()), [])
        version = f"{len(versions) + 1:032x}"
        made = SecretProperties(name.lower(), self._second(), version=version, **properties)
        versions.append(VaultSecret(made, SecretText(value)))
        return version

    def change(self, vault: str, name: str, **properties: Any) -> None:
        """Change properties of the latest version."""
        versions = self._secrets[vault, name.lower()]
        changed = replace(versions[-1].properties, updated=self._second(), **properties)
        versions[-1] = replace(versions[-1], properties=changed)

    def delete(self, vault: str, name: str) -> None:
        del self._secrets[vault, name.lower()]

    def properties(self, vault: str) -> Iterator[SecretProperties]:
        self._called(f"list {vault}")
        if self.refuse_listing is not None:
            raise self.refuse_listing
        for (place, _), versions in sorted(self._secrets.items()):
            if place == vault:
                yield replace(versions[-1].properties, version="")

    def get(self, vault: str, name: str, version: str = "") -> VaultSecret:
        self._called(f"get {name}")
        subject = f"Secret {name} in vault {vault}"
        versions = self._secrets.get((vault, name.lower()), [])
        fitting = [each for each in versions if version in ("", each.properties.version)]
        if not fitting:
            raise NotFoundError(
                f"{subject}: Secret does not exist. Set it, recover it if it was deleted, or mend the key"
            )
        found = fitting[-1]
        if not found.properties.enabled:
            raise PermissionDeniedError(f"{subject}: is disabled (SecretDisabled). Enable its latest version")
        not_before = found.properties.not_before
        if not_before is not None and not_before > self.clock.now():
            raise PermissionDeniedError(f"{subject}: is not yet valid (SecretNotYetValid). Wait for its date")
        return found

    def _called(self, what: str) -> None:
        self.calls.append(what)
        if self.failure is not None:
            raise self.failure

    def _second(self) -> datetime:
        """Vaults count whole seconds."""
        return self.clock.now().replace(microsecond=0)
