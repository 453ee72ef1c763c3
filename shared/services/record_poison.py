"""Use case: a message met a bug so often that the queue gave it up; keep it where people see it."""

from __future__ import annotations

import logging

from shared.ports.clock import Clock
from shared.services.poison_rows import PoisonRows

log = logging.getLogger(__name__)


class RecordPoison:
    def __init__(self, rows: PoisonRows, clock: Clock) -> None:
        self._rows, self._clock = rows, clock

    def __call__(self, queue: str, text: str) -> None:
        """Keep the message; the traceback is in the log of the function that failed."""
        kept = self._rows.add(queue, text, self._clock.now())
        extra = {"queue": queue, "message_id": kept.id, "count": kept.count}
        if kept.reason is not None:
            extra |= {"trace": kept.reason.trace, "error_class": kept.reason.error}
        log.error("message given up", extra=extra)
