"""Whether the annotation deletion-approved counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.operate.auto_sync import LastAttempt
from shared.domain.operate.operation import Phase
from shared.domain.record.application_status import ApplicationStatus
from shared.domain.record.confirmation import is_confirmed

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
ELEVEN_FIFTY = NOON - timedelta(minutes=10)


def synced_at(moment: datetime, phase: Phase = Phase.SUCCEEDED) -> ApplicationStatus:
    return ApplicationStatus(last=LastAttempt(("abc",), "p", phase, moment))


@pytest.mark.parametrize(
    "approved",
    [
        "2026-01-01T12:00:00Z",
        "2026-01-01T11:59:59.123456Z",
        "2026-01-01T11:00:00+00:00",
        "2026-01-01T13:30:00+02:00",
        "2026-01-01T12:01:00Z",
    ],
)
def test_a_time_of_the_last_hour_counts(approved: str) -> None:
    assert is_confirmed(approved, ApplicationStatus(), NOON)


@pytest.mark.parametrize("approved", ["", "true", "yes", "2026-01-01", "2026-01-01T12:00:00", "12:00:00Z"])
def test_what_is_no_time_with_a_zone_does_not_count(approved: str) -> None:
    assert not is_confirmed(approved, ApplicationStatus(), NOON)


@pytest.mark.parametrize("approved", ["2026-01-01T10:59:59Z", "2025-01-01T12:00:00Z", "0001-01-01T00:00:00Z"])
def test_an_old_approval_does_not_count(approved: str) -> None:
    assert not is_confirmed(approved, ApplicationStatus(), NOON)


@pytest.mark.parametrize("approved", ["2026-01-01T12:01:01Z", "2099-01-01T00:00:00Z"])
def test_nobody_approves_what_is_to_come(approved: str) -> None:
    assert not is_confirmed(approved, ApplicationStatus(), NOON)


@pytest.mark.parametrize("phase", [Phase.SUCCEEDED, Phase.FAILED])
def test_an_approval_is_used_once(phase: Phase) -> None:
    approved = ELEVEN_FIFTY.isoformat()
    assert is_confirmed(approved, synced_at(ELEVEN_FIFTY), NOON)
    assert is_confirmed(approved, synced_at(ELEVEN_FIFTY - timedelta(seconds=1), phase), NOON)
    assert not is_confirmed(approved, synced_at(ELEVEN_FIFTY + timedelta(seconds=1), phase), NOON)
