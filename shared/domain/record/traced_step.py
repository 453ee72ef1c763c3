"""What became of a change at one application or ExternalSecret."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from shared.domain.operate.operation import Operation
from shared.domain.record.application_status import ApplicationStatus
from shared.domain.record.stage_clock import StageClock
from shared.domain.specs.app_ref import AppRef

_MESSAGE = 500
_APPLICATION, _SECRET = "application/", "secret/"


@dataclass(frozen=True, slots=True)
class TracedStep:
    """`clock` is an application's; an ExternalSecret has `received` and `refreshed`. Times are aware UTC.

    `subject` is `application/<namespace>/<name>` or `secret/<cluster>/<namespace>/<name>`; `phase` is that of
    the operation, or the reason of the refresh.
    """

    trace: str
    subject: str
    clock: StageClock = StageClock()
    revisions: tuple[str, ...] = ()
    phase: str = ""
    message: str = ""
    received: datetime | None = None
    refreshed: datetime | None = None

    @property
    def of_secret(self) -> bool:
        return self.subject.startswith(_SECRET)

    @property
    def names(self) -> tuple[str, ...]:
        """(namespace, name), of an ExternalSecret with its cluster before."""
        return tuple(self.subject.split("/")[1:])


def application_subject(ref: AppRef) -> str:
    return f"{_APPLICATION}{ref}"


def secret_subject(ref: str) -> str:
    """Of an ExternalSecret, written as `<cluster>/<namespace>/<name>`."""
    return f"{_SECRET}{ref}"


def own_operation(status: ApplicationStatus) -> Operation | None:
    """The operation of the change that the clock is of; one that heals later is another's."""
    operation = status.operation
    return operation if operation is not None and operation.trace == status.clock.trace else None


def step_of(ref: AppRef, status: ApplicationStatus) -> TracedStep:
    """How far the newest change of an application has got."""
    operation = own_operation(status)
    return TracedStep(
        trace=status.clock.trace,
        subject=application_subject(ref),
        clock=status.clock,
        revisions=status.revisions,
        phase=operation.phase.value if operation else "",
        message=operation.message[:_MESSAGE] if operation else "",
    )


# msgspec learns a dataclass when it first meets it, and two threads must not be first at once
_LEARNT = msgspec.json.Decoder(TracedStep)
