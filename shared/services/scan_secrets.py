"""Use case: the timer lists each vault once, and refreshes what changed without an event."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta

from shared.domain.secrets.external_secret import ExternalSecret
from shared.domain.secrets.secret_state import is_due
from shared.domain.secrets.vault_secret import SecretProperties, must_be_read
from shared.errors import InvalidSpecError, PermissionDeniedError, TidegateError
from shared.ports.clock import Clock
from shared.ports.secret_vault import SecretVault
from shared.services.secret_rows import SecretRows, StoredSecret
from shared.services.wake_secrets import WakeSecrets

log = logging.getLogger(__name__)
_GRACE = timedelta(seconds=90)
_RESOLUTION = timedelta(seconds=2)
Listing = Mapping[str, SecretProperties]


class ScanSecrets:
    """The cost follows the vaults, not the ExternalSecrets: one listing each, values of what changed only.

    No event tells that a secret was disabled, deleted or restored, and events get lost: this finds both.
    Where listing is forbidden, each ExternalSecret is read when its refreshInterval has passed.
    """

    def __init__(self, rows: SecretRows, wake: WakeSecrets, vault: SecretVault, clock: Clock) -> None:
        self._rows, self._wake, self._vault, self._clock = rows, wake, vault, clock

    def __call__(self) -> None:
        vaults: defaultdict[str, list[tuple[StoredSecret, ExternalSecret]]] = defaultdict(list)
        woken = 0
        for stored in self._rows.all():
            woken += self._wake.if_overdue(stored, _GRACE)
            secret = _periodic(stored)
            if secret is not None and stored.state.vault:
                vaults[stored.state.vault].append((stored, secret))
        for vault, users in sorted(vaults.items()):
            woken += self._scan(vault, users)
        log.info("vault scan", extra={"vaults": len(vaults), "woken": woken})

    def _scan(self, vault: str, users: list[tuple[StoredSecret, ExternalSecret]]) -> int:
        """A vault that does not answer holds up no other; what it gave before stays."""
        try:
            listing: Listing | None = {found.name: found for found in self._vault.properties(vault)}
        except PermissionDeniedError as error:
            log.warning("vault cannot be listed", extra={"vault": vault, "error": str(error)})
            listing = None
        except TidegateError as error:
            log.warning("vault scan failed", extra={"vault": vault, "error": str(error)})
            return 0
        return sum(self._look(stored, secret, listing) for stored, secret in users)

    def _look(self, stored: StoredSecret, secret: ExternalSecret, listing: Listing | None) -> bool:
        due = is_due(stored.state, secret.interval, self._clock.now())
        if listing is None:
            return due and not stored.wake.token and self._wake(stored.ref, whole=True)
        if changed := [
            name for name in sorted(secret.followed) if self._changed(stored, listing.get(name), name)
        ]:
            return self._wake(stored.ref, changed)
        return due and not stored.wake.token and self._wake(stored.ref)

    def _changed(self, stored: StoredSecret, found: SecretProperties | None, name: str) -> bool:
        state = stored.state
        if not state.failed:
            return must_be_read(found, state.readings.get(name), self._clock.now())
        # it is tried again anyway, ever more rarely: at once only when somebody has done something
        updated = found.updated if found is not None else None
        return updated is not None and (state.tried_at is None or updated >= state.tried_at - _RESOLUTION)


def _periodic(stored: StoredSecret) -> ExternalSecret | None:
    try:
        secret = ExternalSecret.parse(stored.manifest)
    except InvalidSpecError:
        return None
    return secret if secret.periodic else None
