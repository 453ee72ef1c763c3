"""Use case: have an application looked at, and wait for the look."""

from __future__ import annotations

from datetime import datetime
from time import monotonic

from shared.domain.record.application_status import ApplicationStatus, Wake
from shared.domain.specs.app_ref import AppRef
from shared.ports.clock import Clock
from shared.services.application_rows import ApplicationRows
from shared.services.change_signal import ChangeSignal
from shared.services.start_sync import StartSync

WAIT_SECONDS = 20.0
_TICK_SECONDS = 0.5


class RefreshApplication:
    """The worker looks; this waits until its row says that it has."""

    def __init__(self, start: StartSync, rows: ApplicationRows, signal: ChangeSignal, clock: Clock) -> None:
        self._start, self._rows, self._signal, self._clock = start, rows, signal, clock

    def __call__(self, ref: AppRef, *, hard: bool, seconds: float = WAIT_SECONDS) -> bool:
        """Return True once it was looked at, or the look failed, or it is gone; False after `seconds`.

        Raises NotFoundError for an unknown application.
        Source: Argo CD server/application (Get with refresh waits for the controller).
        """
        asked, end = self._clock.now(), monotonic() + seconds
        mark = self._signal.now()
        self._start.refresh(ref, hard=hard)
        wake = self._rows.status(ref).status.wake
        while not self._is_done(ref, wake, asked):
            left = end - monotonic()
            if left <= 0:
                return False
            mark, _ = self._signal.wait(mark, min(left, _TICK_SECONDS))
        return True

    def _is_done(self, ref: AppRef, wake: Wake, asked: datetime) -> bool:
        stored = self._rows.status(ref)
        status = stored.status
        if stored.etag is None or status.deletion is not None:
            return True
        return status.wake != wake and _is_looked_at(status, asked)


def _is_looked_at(status: ApplicationStatus, asked: datetime) -> bool:
    moments = [status.reconciled_at, *(condition.at for condition in status.conditions)]
    return any(moment is not None and moment >= asked for moment in moments)
