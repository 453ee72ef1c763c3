"""When a change reached each stage."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from shared.domain.record.stage_clock import StageClock

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def at(**seconds: float) -> StageClock:
    clock = StageClock(trace="t")
    for stage, second in seconds.items():
        clock = clock.reached(stage, NOON + timedelta(seconds=second))
    return clock


def test_the_first_time_counts() -> None:
    assert at(resolved=1).reached("resolved", NOON).resolved == NOON + timedelta(seconds=1)


def test_a_stage_leaves_the_others_and_the_trace_alone() -> None:
    assert at(received=0, applied=3) == StageClock("t", received=NOON, applied=NOON + timedelta(seconds=3))


def test_each_stage_took_the_time_since_the_one_before_it() -> None:
    clock = at(healthy=10, received=0, resolved=0.5, rendered=2, compared=2, applied=4)
    assert list(clock.durations().items()) == [
        ("resolved", 0.5),
        ("rendered", 1.5),
        ("compared", 0.0),
        ("applied", 2.0),
        ("healthy", 6.0),
    ]


def test_a_stage_that_was_not_reached_belongs_to_the_next_one() -> None:
    assert at(received=0, applied=4).durations() == {"applied": 4.0}
    assert at(received=0).durations() == at().durations() == {}
