"""Whether a timer stands still."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.record.timer_run import TimerRun

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def ran(*minutes: int) -> TimerRun:
    run = TimerRun("poll_timer")
    for minute in minutes:
        run = run.ran(NOW + minute * MINUTE)
    return run


@pytest.mark.parametrize(
    ("run", "minute", "late"),
    [
        (ran(), 600, False),
        (ran(0), 600, False),
        (ran(0, 3), 13, False),
        (ran(0, 3), 14, True),
        (ran(0, 3, 6, 600), 610, False),
        (ran(0, 3, 6, 600), 612, True),
        (ran(0, 3, 6, 600, 700, 800, 900), 1000, False),
    ],
)
def test_it_is_late_after_three_of_its_usual_intervals(run: TimerRun, minute: int, late: bool) -> None:
    assert run.is_late(NOW + minute * MINUTE) is late


def test_a_failure_is_no_run_and_a_run_ends_it() -> None:
    failed = ran(0).failed(KeyError("x"))
    assert (failed.error, failed.age(NOW + MINUTE)) == ("KeyError", MINUTE)
    assert failed.ran(NOW).error == ""
    assert TimerRun("x").age(NOW) is None
