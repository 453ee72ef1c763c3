"""Whether a person has agreed to what a plan would destroy."""

from __future__ import annotations

from datetime import datetime, timedelta

from shared.domain.record.application_status import ApplicationStatus

_VALID_FOR = timedelta(hours=1)
_CLOCKS_DIFFER = timedelta(minutes=1)


def is_recent(approved: str, now: datetime) -> bool:
    """Whether the annotation deletion-approved is a time of the last hour, RFC 3339 with its offset.

    So one that lies in Git does not approve everything that comes later. A time to come counts only as far
    as clocks may differ: 2099 would approve everything till then.
    """
    try:
        moment = datetime.fromisoformat(approved)
    except ValueError:
        return False
    return moment.tzinfo is not None and -_CLOCKS_DIFFER <= now - moment <= _VALID_FOR


def is_confirmed(approved: str, status: ApplicationStatus, now: datetime) -> bool:
    """Whether the annotation deletion-approved counts: recent, and after the last sync: it is used once.

    Source: Argo CD compares it with the start of the operation (controller/sync.go).
    """
    if not is_recent(approved, now):
        return False
    return status.last is None or datetime.fromisoformat(approved) >= status.last.finished_at
