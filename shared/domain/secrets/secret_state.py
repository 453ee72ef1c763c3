"""What is remembered and shown of an ExternalSecret: never a value."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from shared.domain.manifests.manifest import Manifest
from shared.domain.secrets.vault_secret import Reading

SYNCED, FAILED, MISSING = "SecretSynced", "SecretSyncedError", "SecretMissing"


@dataclass(frozen=True, slots=True)
class SecretState:
    """The outcome of the last refresh, and what it stands on.

    `reason` is "" before the first one. `refreshed_at` is the last success, `tried_at` the last refresh.
    `generation` is that of the manifest that was followed. `fingerprint` is a keyed hash of all keys and
    values, `keys` are their names. `readings` are by source. `target` is the Secret that was written last,
    `vault` the one that was read; `followed` are the names in it by which the index finds us.
    """

    reason: str = ""
    message: str = ""
    refreshed_at: datetime | None = None
    tried_at: datetime | None = None
    changed_at: datetime | None = None
    generation: int = 0
    fingerprint: str = ""
    keys: tuple[str, ...] = ()
    target: str = ""
    vault: str = ""
    followed: tuple[str, ...] = ()
    failures: int = 0
    readings: dict[str, Reading] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        return self.reason == FAILED

    def expired(self, now: datetime) -> list[str]:
        """What has expired, and is used on: a vault still gives it."""
        return sorted(
            name
            for name, found in self.readings.items()
            if found.expires is not None and found.expires <= now
        )


def shown_status(state: SecretState) -> Manifest:
    """`status` as External Secrets would write it; {} before the first refresh."""
    if not state.reason:
        return {}
    condition = {
        "type": "Ready",
        "status": "False" if state.failed else "True",
        "reason": state.reason,
        "message": state.message,
    }
    status: Manifest = {"conditions": [condition], "binding": {"name": state.target}}
    if state.refreshed_at is not None:
        status["refreshTime"] = state.refreshed_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return status


def is_due(state: SecretState, interval: timedelta, now: datetime) -> bool:
    """Whether its refreshInterval has passed: then all of it is looked at, whatever the vault says."""
    return state.refreshed_at is None or now - state.refreshed_at >= interval


# msgspec learns a dataclass when it first meets it, and two threads must not be first at once
_LEARNT = msgspec.json.Decoder(SecretState)
