"""Use case: a vault has a new version of a secret: refresh who uses it."""

from __future__ import annotations

import logging

from shared.domain.events.event_trace import moment_of
from shared.domain.events.key_vault import VaultEvent
from shared.domain.record.change_trace import ChangeKind, ChangeTrace
from shared.domain.secrets.external_secret import ExternalSecret
from shared.domain.work.trace import traceparent_of
from shared.errors import InvalidSpecError
from shared.log import bound
from shared.ports.clock import Clock
from shared.services.secret_rows import SecretRows, StoredSecret
from shared.services.trace_rows import TraceRows
from shared.services.wake_secrets import WakeSecrets

log = logging.getLogger(__name__)


class ReceiveVaultEvent:
    """Safe to run twice: events come late, doubled and out of order, so only the name counts."""

    def __init__(self, rows: SecretRows, wake: WakeSecrets, traces: TraceRows, clock: Clock) -> None:
        self._rows, self._wake, self._traces, self._clock = rows, wake, traces, clock

    def __call__(self, event: VaultEvent, *, id: str = "", at: str = "") -> int:
        """Wake each ExternalSecret that follows the secret; return how many.

        `id` is the event's, `at` its time in the sender's words. They go on under the trace that is bound.
        """
        traceparent, woken = traceparent_of(bound("trace")), 0
        for ref in self._rows.using(event.vault, event.name):
            stored = self._rows.get(ref)
            if stored is not None and follows(stored):
                woken += self._wake(ref, [event.name], traceparent=traceparent)
        if woken and traceparent:
            self._traces.begin(self._began(event, id, at))
        log.info("vault event", extra={"vault": event.vault, "secret": event.name, "woken": woken})
        return woken

    def _began(self, event: VaultEvent, id: str, at: str) -> ChangeTrace:
        now = self._clock.now()
        return ChangeTrace(
            trace=bound("trace"),
            kind=ChangeKind.SECRET,
            source="Event Grid",
            received=now,
            name=event.vault,
            version=event.name,
            event=id,
            at=moment_of(at, now),
        )


def follows(stored: StoredSecret) -> bool:
    """Whether it follows its vault at all: refreshPolicy and refreshInterval may say that it does not."""
    try:
        return ExternalSecret.parse(stored.manifest).periodic
    except InvalidSpecError:
        return False
