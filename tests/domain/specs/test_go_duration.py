"""Durations as Go writes them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.domain.specs.go_duration import parse_duration

READ = [
    ("5s", timedelta(seconds=5)),
    ("3m", timedelta(minutes=3)),
    ("1h30m", timedelta(hours=1, minutes=30)),
    ("1.5h", timedelta(minutes=90)),
    (".5s", timedelta(milliseconds=500)),
    ("1.s", timedelta(seconds=1)),
    ("300ms", timedelta(milliseconds=300)),
    ("7us", timedelta(microseconds=7)),
    ("7µs", timedelta(microseconds=7)),
    ("1500ns", timedelta(microseconds=1)),
    ("-1m30s", timedelta(seconds=-90)),
    ("+2s", timedelta(seconds=2)),
    ("0", timedelta(0)),
    ("30", timedelta(seconds=30)),
    ("-5", timedelta(seconds=-5)),
]


@pytest.mark.parametrize(("text", "duration"), READ, ids=[text for text, _ in READ])
def test_what_go_reads_is_read(text: str, duration: timedelta) -> None:
    assert parse_duration(text) == duration


@pytest.mark.parametrize(
    "text", ["", "5 s", "s", "5d", "1.5", "five", "5s3", "--5s", "5S", "\u0665s", "1e3", "5s\n", "-"]
)
def test_what_go_refuses_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no duration"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["2562048h", "9" * 30, "-9999999999999s"])
def test_nobody_waits_for_centuries(text: str) -> None:
    with pytest.raises(ValueError, match="292 years"):
        parse_duration(text)
