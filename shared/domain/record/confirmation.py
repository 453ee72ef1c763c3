"""Whether a person has agreed to what a plan would destroy."""

from __future__ import annotations

from datetime import datetime, timedelta

from shared.domain.record.application_status import ApplicationStatus

_VALID_FOR = timedelta(hours=1)
_CLOCKS_DIFFER = timedelta(minutes=1)


def is_confirmed(approved: str, status: ApplicationStatus, now: datetime) -> bool:
    """Whether the annotation deletion-approved counts: a time after the last sync, at most an hour old.

    So an approval is used once, and one that lies in Git does not approve everything that comes later. A
    time to come counts only as far as clocks may differ: 2099 would approve everything till then.
    Source: Argo CD compares it with the start of the operation (controller/sync.go).
    """
    try:
        moment = datetime.fromisoformat(approved)
    except ValueError:
        return False
    if moment.tzinfo is None or not -_CLOCKS_DIFFER <= now - moment <= _VALID_FOR:
        return False
    return status.last is None or moment >= status.last.finished_at
