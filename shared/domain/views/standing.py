"""How far what is shown of an application can be believed, and what holds it back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.domain.compare.comparison import SyncStatus
from shared.domain.record.application_status import ApplicationStatus

_GRACE = timedelta(seconds=10)
_Reason = tuple[str, str, datetime | None]


def standing(status: ApplicationStatus, now: datetime) -> dict[str, Any]:
    """Return {observedAt, staleSeconds, reasons}.

    `observedAt` is the last successful look. `staleSeconds` is how long what is shown may have been untrue:
    0 while nothing is known to have happened since (a quiet application is not looked at, and not stale),
    else the age of the last look. `reasons` are {type, message, since} with the types NeverObserved, Stale,
    Overdue, Refused, Retrying, Paused, Pinned and Deleting.
    """
    reasons = list(_reasons(status, now))
    stale = any(type in ("Stale", "Overdue") for type, _, _ in reasons)
    seconds = (now - status.reconciled_at).total_seconds() if stale and status.reconciled_at else 0.0
    return {
        "observedAt": _time(status.reconciled_at),
        "staleSeconds": max(0, int(seconds)),
        "reasons": [
            {"type": type, "message": message, "since": _time(since)} for type, message, since in reasons
        ],
    }


def _reasons(status: ApplicationStatus, now: datetime) -> Iterator[_Reason]:
    yield from _doubts(status, now)
    yield from _refusals(status)
    if status.paused_at:
        yield "Paused", "automation rests until the next commit, or until somebody syncs", None
    if status.pin is not None:
        message = f"held at deployment {status.pin.history_id} by a rollback of {status.pin.by}"
        yield "Pinned", message, status.pin.at
    if status.deletion is not None:
        yield (
            "Deleting",
            f"ends at {_time(status.deletion.deadline)} at the latest",
            status.deletion.requested_at,
        )


def _doubts(status: ApplicationStatus, now: datetime) -> Iterator[_Reason]:
    """Why the state that is shown may not be the state there is."""
    if status.reconciled_at is None:
        yield "NeverObserved", _errors(status) or "it was not looked at yet", None
    elif status.failures or status.sync is SyncStatus.UNKNOWN:
        yield "Stale", _errors(status) or "the last look failed", status.reconciled_at
    due = status.wake.due
    if status.wake.token and due is not None and due + _GRACE < now:
        yield "Overdue", "it should have been looked at, and the worker has not got to it", due


def _refusals(status: ApplicationStatus) -> Iterator[_Reason]:
    for condition in status.conditions:
        if condition.type == "SyncError":
            yield "Refused", condition.message, condition.at
    if status.retry_at is not None:
        operation = status.operation
        message = operation.message if operation else f"the next attempt is at {_time(status.retry_at)}"
        yield "Retrying", message, operation.started_at if operation else None


def _errors(status: ApplicationStatus) -> str:
    return "; ".join(found.message for found in status.conditions if found.type.endswith("Error"))


def _time(moment: datetime | None) -> str | None:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if moment else None
