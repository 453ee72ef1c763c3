"""When timers fire."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from host.schedule import Schedule
from shared.errors import InvalidSpecError

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)  # a Thursday


def firings(text: str, count: int, start: datetime = NOON) -> list[str]:
    schedule = Schedule.parse(text, "function tick")
    moments = []
    for _ in range(count):
        start = schedule.next_after(start)
        moments.append(start.strftime("%a %d %H:%M:%S"))
    return moments


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*/20 * * * * *", ["Thu 01 12:00:20", "Thu 01 12:00:40", "Thu 01 12:01:00"]),
        ("0 */3 * * * *", ["Thu 01 12:03:00", "Thu 01 12:06:00"]),
        ("5 4 3 * * *", ["Fri 02 03:04:05", "Sat 03 03:04:05"]),
        ("0 0 12 * * *", ["Fri 02 12:00:00"]),
        ("0 30 9 * * 1-5", ["Fri 02 09:30:00", "Mon 05 09:30:00"]),
        ("0 0 0 * * sun", ["Sun 04 00:00:00", "Sun 11 00:00:00"]),
        ("0 0 0 * * 0", ["Sun 04 00:00:00"]),
        ("0 0 0 1 Feb *", ["Sun 01 00:00:00"]),
        ("15,45 0 0 2 * *", ["Fri 02 00:00:15", "Fri 02 00:00:45"]),
        ("*/5 * * * *", ["Thu 01 12:05:00", "Thu 01 12:10:00"]),
    ],
)
def test_a_schedule_fires_after_the_moment_not_at_it(text: str, expected: list[str]) -> None:
    assert firings(text, len(expected)) == expected


def test_schedules_are_in_utc_whatever_zone_the_moment_is_in() -> None:
    there = NOON.astimezone(timezone(timedelta(hours=5)))
    assert Schedule.parse("0 0 13 * * *", "function tick").next_after(there) == NOON + timedelta(hours=1)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "often",
            "* * * *",
            "* * * * * * *",
            "60 * * * * *",
            "0 0 24 * * *",
            "-1 * * * * *",
            "00:05:00",
        ),
        *("0 0 0 L * *", "0 0 0 15W * *", "0 0 0 ? * *", "0 0 0 1 * MON"),
        *("0 0 0 * * MON#1", "0 0 0 * * 7", "0 0 0 * * 5-7"),
    ],
)
def test_what_the_platform_reads_differently_or_not_at_all_is_refused(text: str) -> None:
    with pytest.raises(InvalidSpecError, match="function tick: schedule is"):
        Schedule.parse(text, "function tick")
