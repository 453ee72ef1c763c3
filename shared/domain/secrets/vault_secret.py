"""What a vault tells of a secret: its properties, and its value only when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.access.secret_text import SecretText

# A vault counts whole seconds: what was changed in the second in which we read it may have changed after it
_RESOLUTION = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class SecretProperties:
    """Of the latest version unless `version` says which; a listing does not say.

    Times are timezone-aware UTC, None when not set. `name` is lower case: vaults do not tell cases apart.
    """

    name: str
    updated: datetime | None = None
    enabled: bool = True
    not_before: datetime | None = None
    expires: datetime | None = None
    content_type: str = ""
    version: str = ""

    def stamp(self) -> str:
        """A text that is another as soon as anything but the value is; the value changes `updated`."""
        moments = (self.updated, self.not_before, self.expires)
        return "|".join(("1" if self.enabled else "0", *(_text(each) for each in moments), self.content_type))

    def expired(self, now: datetime) -> bool:
        return self.expires is not None and self.expires <= now


@dataclass(frozen=True, slots=True)
class VaultSecret:
    """A value with the properties of its version. It lives in memory for one invocation only."""

    properties: SecretProperties
    value: SecretText


@dataclass(frozen=True, slots=True)
class Reading:
    """What is remembered of a value that was read: everything but the value."""

    version: str
    stamp: str
    read_at: datetime
    expires: datetime | None = None

    @classmethod
    def of(cls, properties: SecretProperties, now: datetime) -> Reading:
        return cls(properties.version, properties.stamp(), now, properties.expires)


def must_be_read(found: SecretProperties | None, before: Reading | None, now: datetime) -> bool:
    """Whether the vault may hold something else than what was read.

    None stands for a secret that is not listed, and for one that was never read. A moment that makes a
    secret valid, or ends it, changes nothing in the listing: it counts when it passes.
    """
    if found is None or before is None:
        return (found is None) != (before is None)
    if found.stamp() != before.stamp:
        return True
    if found.updated is not None and found.updated >= before.read_at - _RESOLUTION:
        return now >= found.updated + _RESOLUTION
    return any(
        moment is not None and before.read_at < moment <= now for moment in (found.not_before, found.expires)
    )


def _text(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
