"""Use case: the timer looks at everything, so that neither drift nor a lost message lasts."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from shared.ports.clock import Clock
from shared.services.application_rows import ApplicationRows
from shared.services.ensure_bootstrap import EnsureBootstrap
from shared.services.wake_applications import WakeApplications

log = logging.getLogger(__name__)
_GRACE = timedelta(seconds=90)


class ScanForDrift:
    """Wakes what was not looked at for `interval`, what was never looked at, and what is overdue."""

    def __init__(
        self,
        rows: ApplicationRows,
        wake: WakeApplications,
        bootstrap: EnsureBootstrap,
        clock: Clock,
        interval: timedelta,
    ) -> None:
        self._rows, self._wake, self._bootstrap = rows, wake, bootstrap
        self._clock, self._interval = clock, interval

    def __call__(self) -> None:
        self._bootstrap()
        overdue = self._wake.overdue(_GRACE)
        now = self._clock.now()
        woken = 0
        statuses = {found.ref: found.status for found in self._rows.statuses()}
        for stored in self._rows.applications():
            status = statuses.get(stored.ref)
            if status is None or (
                not status.wake.token and _is_old(status.reconciled_at, now, self._interval)
            ):
                self._wake(stored.ref, "live")
                woken += 1
        log.info("drift scan", extra={"woken": woken, "overdue": overdue})


def _is_old(moment: datetime | None, now: datetime, interval: timedelta) -> bool:
    return moment is None or now - moment >= interval
