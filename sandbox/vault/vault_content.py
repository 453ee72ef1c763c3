"""What lies in one vault: secrets with their versions, newest last, and those that were deleted."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from shared.ports.clock import Clock

# Source: Key Vault refuses larger values
VALUE_BYTES = 25_600


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """One version. Times are whole seconds, as the service counts them."""

    id: str
    value: str = field(repr=False)
    created: datetime
    updated: datetime
    enabled: bool = True
    not_before: datetime | None = None
    expires: datetime | None = None
    content_type: str = ""
    tags: dict[str, str] = field(default_factory=dict)

    def attributes(self) -> dict[str, Any]:
        moments = {
            "nbf": self.not_before,
            "exp": self.expires,
            "created": self.created,
            "updated": self.updated,
        }
        seconds = {name: int(moment.timestamp()) for name, moment in moments.items() if moment is not None}
        level = {"recoveryLevel": "Recoverable+Purgeable", "recoverableDays": 90}
        return {"enabled": self.enabled, **seconds, **level}

    def described(self, url: str) -> dict[str, Any]:
        """A SecretItem: everything but the value. `url` is that of the secret or of the version."""
        found: dict[str, Any] = {"id": url, "attributes": self.attributes(), "tags": self.tags}
        return {**found, "contentType": self.content_type} if self.content_type else found


@dataclass(slots=True)
class VaultContent:
    """Names are compared without case, and shown as they were first written.

    `moving` are those that are being deleted or recovered by a request, with how many requests about them
    still find them so.
    """

    name: str
    clock: Clock
    versions: dict[str, list[StoredVersion]] = field(default_factory=dict)
    deleted: dict[str, list[StoredVersion]] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    moving: dict[str, int] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"https://{self.name}.vault.azure.net"

    def url_of(self, name: str, version: str = "") -> str:
        whole = f"{self.url}/secrets/{self.written.get(name.lower(), name)}"
        return f"{whole}/{version}" if version else whole

    def put(self, name: str, value: str, **attributes: Any) -> StoredVersion:
        """Add a version. Raises ValueError for a value that is too large."""
        if len(value.encode()) > VALUE_BYTES:
            raise ValueError(f"The secret value is larger than {VALUE_BYTES} bytes")
        now = self.clock.now().replace(microsecond=0)
        version = StoredVersion(secrets.token_hex(16), value, now, now, **attributes)
        self.written.setdefault(name.lower(), name)
        self.versions.setdefault(name.lower(), []).append(version)
        return version

    def change(self, name: str, version: str = "", **attributes: Any) -> StoredVersion:
        """Change attributes of a version, the latest when none is said. Raises KeyError."""
        versions = self.versions[name.lower()]
        place = next(i for i, found in enumerate(versions) if found.id == (version or versions[-1].id))
        now = self.clock.now().replace(microsecond=0)
        versions[place] = replace(versions[place], updated=now, **attributes)
        return versions[place]

    def find(self, name: str, version: str = "") -> StoredVersion | None:
        versions = self.versions.get(name.lower(), [])
        if not version:
            return versions[-1] if versions else None
        return next((found for found in versions if found.id == version), None)

    def delete(self, name: str) -> None:
        """Soft-delete. Raises KeyError."""
        self.deleted[name.lower()] = self.versions.pop(name.lower())

    def recover(self, name: str) -> None:
        """Raises KeyError."""
        self.versions[name.lower()] = self.deleted.pop(name.lower())

    def purge(self, name: str) -> None:
        """Raises KeyError."""
        del self.deleted[name.lower()]

    def is_moving(self, name: str) -> bool:
        """Count one more request that meets it on its way."""
        left = self.moving.get(name.lower(), 0)
        if left:
            self.moving[name.lower()] = left - 1
        return left > 0
