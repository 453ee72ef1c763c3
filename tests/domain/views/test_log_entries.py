"""Which lines of a log are shown, and how."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shared.domain.views.log_entries import LogFilter, last_entry, log_entry

AT = "2026-01-01T12:00:00.123456789Z"


@pytest.mark.parametrize(
    ("text", "match_case", "shown"),
    [
        ("", False, True),
        ("error", False, True),
        ("ERROR", False, True),
        ("ERROR", True, False),
        ("Error", True, True),
        ("!error", False, False),
        ("!warning", False, True),
        ("!ERROR", True, True),
        ("!", False, True),
    ],
)
def test_a_text_chooses_lines_and_after_a_bang_leaves_them_out(
    text: str, match_case: bool, shown: bool
) -> None:
    assert LogFilter(text, match_case).shows(AT, "an Error came") is shown


def test_lines_after_the_end_are_left_out_to_the_second() -> None:
    assert LogFilter(until="2026-01-01T12:00:00Z").shows(AT, "x")
    assert not LogFilter(until="2026-01-01T11:59:59Z").shows(AT, "x")
    assert LogFilter(until="2026-01-01T11:59:59Z").shows("", "without a time")


def test_an_entry_has_the_time_as_the_node_wrote_it() -> None:
    assert log_entry("web-1", AT, "hello") == {
        "content": "hello",
        "timeStamp": "2026-01-01T12:00:00Z",
        "timeStampStr": AT,
        "podName": "web-1",
        "last": False,
    }
    assert log_entry("web-1", "", "hello")["timeStamp"] is None


def test_the_last_entry_is_empty_and_says_so() -> None:
    last = last_entry("web-1", datetime(2026, 1, 1, 12, tzinfo=UTC))
    assert (last["last"], last["content"], last["timeStampStr"]) == (True, "", "2026-01-01T12:00:00.000000Z")
