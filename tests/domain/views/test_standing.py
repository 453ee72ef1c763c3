"""How far what is shown can be believed, and what holds an application back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from shared.domain.compare.comparison import SyncStatus
from shared.domain.record.application_status import ApplicationStatus, Condition, Deletion, Pin, Wake
from shared.domain.views.standing import standing

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)


def seen(**fields: Any) -> dict[str, Any]:
    """The standing five minutes after a look that found the application in sync."""
    fields = {"reconciled_at": NOON, "sync": SyncStatus.SYNCED, **fields}
    return standing(ApplicationStatus(**fields), LATER)


def types(**fields: Any) -> list[str]:
    return [reason["type"] for reason in seen(**fields)["reasons"]]


def test_a_quiet_application_is_not_stale_however_long_ago_it_was_looked_at() -> None:
    assert seen() == {"observedAt": "2026-01-01T12:00:00Z", "staleSeconds": 0, "reasons": []}


def test_one_that_was_never_looked_at_says_so() -> None:
    shown = seen(reconciled_at=None, sync=SyncStatus.UNKNOWN)
    assert (shown["observedAt"], shown["staleSeconds"]) == (None, 0)
    assert [reason["type"] for reason in shown["reasons"]] == ["NeverObserved"]


def test_after_a_failed_look_the_state_is_as_old_as_the_last_good_one() -> None:
    away = Condition("ComparisonError", "the cluster did not answer", LATER)
    shown = seen(failures=2, conditions=(away,))
    assert shown["staleSeconds"] == 300
    assert shown["reasons"] == [
        {"type": "Stale", "message": "the cluster did not answer", "since": "2026-01-01T12:00:00Z"}
    ]
    assert types(sync=SyncStatus.UNKNOWN, conditions=(away,)) == ["Stale"]


def test_a_wake_that_nobody_answers_makes_it_stale_after_a_moment() -> None:
    late, now = Wake("t", NOON + timedelta(minutes=1)), Wake("t", LATER - timedelta(seconds=2))
    assert seen(wake=late)["staleSeconds"] == 300
    assert types(wake=late) == ["Overdue"]
    assert types(wake=now) == []
    assert types(wake=Wake("", NOON)) == []


def test_a_refused_plan_says_why_and_is_not_stale() -> None:
    refused = Condition("SyncError", "would prune everything. Confirm it", LATER)
    shown = seen(conditions=(refused,))
    assert shown["staleSeconds"] == 0
    assert shown["reasons"] == [
        {
            "type": "Refused",
            "message": "would prune everything. Confirm it",
            "since": "2026-01-01T12:05:00Z",
        }
    ]


def test_what_else_holds_it_back_is_named() -> None:
    assert types(paused_at=("a",)) == ["Paused"]
    assert types(pin=Pin(3, ("a",), ("b",), "alice", NOON)) == ["Pinned"]
    assert types(deletion=Deletion(NOON, LATER, "foreground")) == ["Deleting"]
    assert types(retry_at=LATER) == ["Retrying"]
