"""Ages, selectors and lists as kubectl's server writes them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sandbox.cluster.tables.cells import Row, human, labels_text, selector_text, some


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "<invalid>"),
        (-1, "0s"),
        (0, "0s"),
        (119, "119s"),
        (120, "2m"),
        (190, "3m10s"),
        (10 * 60, "10m"),
        (179 * 60, "179m"),
        (3 * 3600, "3h"),
        (3 * 3600 + 300, "3h5m"),
        (8 * 3600, "8h"),
        (47 * 3600, "47h"),
        (2 * 86400, "2d"),
        (3 * 86400 + 4 * 3600, "3d4h"),
        (90 * 86400, "90d"),
        (2 * 365 * 86400, "2y"),
        (2 * 365 * 86400 + 10 * 86400, "2y10d"),
        (9 * 365 * 86400, "9y"),
    ],
)
def test_durations_are_rounded_for_people(seconds: int, text: str) -> None:
    assert human(seconds) == text


def test_an_age_is_unknown_without_a_moment() -> None:
    row = Row({"metadata": {"name": "x"}}, datetime(2026, 1, 1, 0, 1, tzinfo=UTC))
    assert row.age == "<unknown>"
    assert row.since("2026-01-01T00:00:00Z") == "60s"
    assert row.since("2026-01-01T00:00:30.123456Z") == "29s"


def test_selectors_and_labels_are_one_line() -> None:
    terms = [
        {"key": "a", "operator": "In", "values": ["x", "y"]},
        {"key": "b", "operator": "Exists"},
        {"key": "c", "operator": "DoesNotExist"},
    ]
    assert (
        selector_text({"matchLabels": {"app": "web"}, "matchExpressions": terms}) == "app=web,a in (x,y),b,!c"
    )
    assert (selector_text(None), labels_text(None)) == ("<none>", "<none>")
    assert labels_text({"b": "2", "a": "1"}) == "a=1,b=2"


def test_of_many_items_the_first_three_are_shown() -> None:
    assert some([]) == "<none>"
    assert some(["a", "b", "c"]) == "a,b,c"
    assert some(["a", "b", "c", "d", "e"]) == "a,b,c + 2 more..."
