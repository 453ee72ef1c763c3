"""Use case: a vault has a new version of a secret: refresh who uses it."""

from __future__ import annotations

import logging

from shared.domain.events.key_vault import VaultEvent
from shared.domain.secrets.external_secret import ExternalSecret
from shared.errors import InvalidSpecError
from shared.services.secret_rows import SecretRows, StoredSecret
from shared.services.wake_secrets import WakeSecrets

log = logging.getLogger(__name__)


class ReceiveVaultEvent:
    """Safe to run twice: events come late, doubled and out of order, so only the name counts."""

    def __init__(self, rows: SecretRows, wake: WakeSecrets) -> None:
        self._rows, self._wake = rows, wake

    def __call__(self, event: VaultEvent, *, traceparent: str = "") -> int:
        """Wake each ExternalSecret that follows the secret; return how many."""
        woken = 0
        for ref in self._rows.using(event.vault, event.name):
            stored = self._rows.get(ref)
            if stored is not None and follows(stored):
                woken += self._wake(ref, [event.name], traceparent=traceparent)
        log.info("vault event", extra={"vault": event.vault, "secret": event.name, "woken": woken})
        return woken


def follows(stored: StoredSecret) -> bool:
    """Whether it follows its vault at all: refreshPolicy and refreshInterval may say that it does not."""
    try:
        return ExternalSecret.parse(stored.manifest).periodic
    except InvalidSpecError:
        return False
