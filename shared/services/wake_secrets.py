"""Use case: have an ExternalSecret refreshed, now or later."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from shared.domain.secrets.secret_ref import SecretRef
from shared.domain.work.message import WorkKind, WorkMessage
from shared.domain.work.message_text import to_text
from shared.errors import ConflictError
from shared.ports.clock import Clock
from shared.ports.random import Random
from shared.ports.work_queue import WorkQueue
from shared.services.secret_rows import SecretRows, SecretWake, StoredSecret

log = logging.getLogger(__name__)
_TRIES = 10
_MOMENT = timedelta(milliseconds=30)


class WakeSecrets:
    """As WakeApplications: the token goes into the row before the message goes into the queue."""

    def __init__(self, rows: SecretRows, queue: WorkQueue, clock: Clock, random: Random) -> None:
        self._rows, self._queue, self._clock, self._random = rows, queue, clock, random

    def __call__(
        self, ref: SecretRef, names: Iterable[str] = (), *, whole: bool = False, traceparent: str = ""
    ) -> bool:
        """Wake it at once, to read these names again, or all with `whole`; what was asked for before stays.

        Without either only the Secret in the cluster is looked at. False: there is no such ExternalSecret.
        """
        for _ in range(_TRIES):
            stored = self._rows.get(ref)
            if stored is None:
                return False
            wake = SecretWake(
                self._random.token(),
                self._clock.now(),
                tuple(sorted({*stored.wake.names, *names})),
                whole or stored.wake.whole,
                traceparent or stored.wake.traceparent,
            )
            try:
                self._rows.put(replace(stored, wake=wake))
            except ConflictError:
                continue
            self.send(ref, wake)
            return True
        raise ConflictError(f"ExternalSecret {ref}: its row changed {_TRIES} times while it was being woken")

    def soon(self, ref: SecretRef) -> None:
        """Have its Secret looked at in a moment, unless that comes anyway. For hints that may be lost."""
        stored = self._rows.get(ref)
        if stored is None or stored.wake.token:
            return
        wake = self.fresh(_MOMENT, whole=False)
        with suppress(ConflictError):  # somebody writes there now, who has just looked
            self._rows.put(replace(stored, wake=wake))
            self.send(ref, wake)

    def fresh(self, delay: timedelta = timedelta(0), *, whole: bool = True) -> SecretWake:
        """A wake for a row that is about to be written; `send` it afterwards."""
        return SecretWake(self._random.token(), self._clock.now() + delay, (), whole)

    def send(self, ref: SecretRef, wake: SecretWake) -> None:
        """Send the message of a wake that is in the row already."""
        delay = max((wake.due or self._clock.now()) - self._clock.now(), timedelta(0))
        self._queue.send(to_text(WorkMessage(WorkKind.SECRET, str(ref), wake.token, wake.traceparent)), delay)

    def send_again(self, message: WorkMessage, delay: timedelta) -> None:
        """Put a message back unchanged: its subject is busy."""
        self._queue.send(to_text(message), delay)

    def if_overdue(self, stored: StoredSecret, grace: timedelta) -> bool:
        """Send again what should have been answered `grace` ago; whether that was so. For the timer."""
        wake = stored.wake
        if not wake.token or wake.due is None or wake.due + grace >= self._clock.now():
            return False
        log.warning("woken again, its message was lost", extra={"secret": str(stored.ref)})
        self.send(stored.ref, wake)
        return True
