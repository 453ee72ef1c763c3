"""Use case: have an application looked at, now or later."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from shared.domain.record.application_status import BEGINNINGS, ApplicationStatus, Wake
from shared.domain.specs.app_ref import AppRef
from shared.domain.work.message import WorkKind, WorkMessage
from shared.domain.work.message_text import to_text
from shared.domain.work.trace import traceparent_of
from shared.errors import ConflictError
from shared.log import bound
from shared.ports.clock import Clock
from shared.ports.random import Random
from shared.ports.work_queue import WorkQueue
from shared.services.application_rows import ApplicationRows, StoredStatus

log = logging.getLogger(__name__)
_TRIES = 10
Change = Callable[[ApplicationStatus], ApplicationStatus]


class WakeApplications:
    """The token goes into the row before the message goes into the queue: a crash between the two is mended
    by the timer that wakes overdue rows again, and every older message dies out.
    """

    def __init__(self, rows: ApplicationRows, queue: WorkQueue, clock: Clock, random: Random) -> None:
        self._rows, self._queue, self._clock, self._random = rows, queue, clock, random

    def __call__(
        self, ref: AppRef, reason: str, *, traceparent: str = "", change: Change | None = None
    ) -> None:
        """Wake the application at once; `change` is made to its status in the same write.

        Without `traceparent` it goes on under the trace that is bound: that of the request, or of the
        application whose manifests declare this one.
        Raises ConflictError when the row would not stand still, UnavailableError when a store is away.
        """
        for _ in range(_TRIES):
            stored = self._rows.status(ref)
            status = change(stored.status) if change else stored.status
            reasons = tuple(dict.fromkeys((*status.wake.reasons, reason)))
            parent = traceparent or _continued(status.wake, reason)
            wake = Wake(self._random.token(), self._clock.now(), reasons, parent)
            try:
                self._rows.save(stored, replace(status, wake=wake))
            except ConflictError:
                continue
            self.send(ref, wake)
            return
        raise ConflictError(f"Application {ref}: its status changed {_TRIES} times while it was being woken")

    def later(self, delay: timedelta, reasons: tuple[str, ...], traceparent: str) -> Wake:
        """Make the wake for a row that is about to be written; `send` it afterwards."""
        return Wake(self._random.token(), self._clock.now() + delay, reasons, traceparent)

    def send(self, ref: AppRef, wake: Wake) -> None:
        """Send the message of a wake that is in the row already."""
        due: datetime = wake.due or self._clock.now()
        delay = max(due - self._clock.now(), timedelta(0))
        message = WorkMessage(WorkKind.RECONCILE, str(ref), wake.token, wake.traceparent)
        self._queue.send(to_text(message), delay)

    def send_again(self, message: WorkMessage, delay: timedelta) -> None:
        """Put a message back unchanged: its subject is busy."""
        self._queue.send(to_text(message), delay)

    def soon(self, ref: AppRef, reason: str, delay: timedelta) -> None:
        """Wake within `delay`, unless that is due anyway: many small changes make one look."""
        stored = self._rows.status(ref)
        due, now = stored.status.wake.due, self._clock.now()
        if self._rows.application(ref) is None or (due is not None and now < due <= now + delay):
            return
        reasons = tuple(dict.fromkeys((*stored.status.wake.reasons, reason)))
        wake = self.later(delay, reasons, stored.status.wake.traceparent)
        try:
            self._rows.save(stored, replace(stored.status, wake=wake))
        except ConflictError:  # somebody writes there now: ask for a look at what they leave behind
            self(ref, reason)
            return
        self.send(ref, wake)

    def overdue(self, statuses: Iterable[StoredStatus], grace: timedelta) -> int:
        """Send again what should have been answered `grace` ago; return how many. For the timer."""
        late = [stored for stored in statuses if self._is_overdue(stored, grace)]
        for stored in late:
            log.warning("woken again, its message was lost", extra={"application": str(stored.ref)})
            self.send(stored.ref, stored.status.wake)
        return len(late)

    def _is_overdue(self, stored: StoredStatus, grace: timedelta) -> bool:
        wake = stored.status.wake
        return bool(wake.token) and wake.due is not None and wake.due + grace < self._clock.now()


def _continued(pending: Wake, reason: str) -> str:
    """A mere look leaves the trace as it is; what begins takes none over from what has begun before."""
    here = traceparent_of(bound("trace"))
    if reason not in BEGINNINGS:
        return pending.traceparent or here
    return here or (pending.traceparent if BEGINNINGS & set(pending.reasons) else "")
