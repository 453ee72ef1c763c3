"""Use case: a queue function fails; remember why, for the day that its message is given up."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from shared.domain.record.poison_message import FailureReason
from shared.errors import TidegateError
from shared.log import bind, fields_of
from shared.ports.clock import Clock
from shared.services.poison_rows import PoisonRows

log = logging.getLogger(__name__)


class NoteFailure:
    """The platform moves a message to the poison queue without a word about the reason."""

    def __init__(self, rows: PoisonRows, clock: Clock) -> None:
        self._rows, self._clock = rows, clock

    @contextmanager
    def __call__(self, queue: str, text: str) -> Iterator[None]:
        """Run the block; what it raises is noted and goes on."""
        try:
            with bind(queue=queue):  # the outermost fields go along with the error, too
                yield
        except Exception as error:
            self._note(queue, text, error)
            raise

    def _note(self, queue: str, text: str, error: Exception) -> None:
        try:
            self._rows.note(queue, text, FailureReason.of(error, fields_of(error), self._clock.now()))
        except TidegateError as failure:
            # the error itself counts, and goes on
            log.warning("failure not noted", extra={"queue": queue, "error": str(failure)})
