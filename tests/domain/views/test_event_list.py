"""Events as people read them."""

from __future__ import annotations

from typing import Any

from shared.domain.views.event_list import MOST_EVENTS, event_list, seen_at


def event(name: str, **fields: Any) -> dict[str, Any]:
    return {"kind": "Event", "metadata": {"name": name, "uid": name, "managedFields": [{}]}, **fields}


def names(*events: dict[str, Any]) -> list[str]:
    return [each["metadata"]["name"] for each in event_list(events)["items"]]


def test_the_newest_comes_last_whatever_field_tells_its_time() -> None:
    late = event("late", lastTimestamp="2026-01-03T00:00:00Z", firstTimestamp="2026-01-01T00:00:00Z")
    series = event(
        "series", series={"lastObservedTime": "2026-01-02T00:00:00.5Z"}, eventTime="2026-01-01T00Z"
    )
    early = event("early", eventTime="2026-01-01T00:00:00.1Z")
    assert names(late, series, early) == ["early", "series", "late"]


def test_an_event_without_any_time_comes_first() -> None:
    assert seen_at(event("x")) == ""
    assert names(event("b", lastTimestamp="2026-01-01T00:00:00Z"), event("a")) == ["a", "b"]


def test_an_event_that_was_listed_twice_is_shown_once_and_nobodys_bookkeeping() -> None:
    shown = event_list([event("a"), event("a")])
    assert shown == {"metadata": {}, "items": [{"kind": "Event", "metadata": {"name": "a", "uid": "a"}}]}


def test_of_very_many_the_newest_are_shown() -> None:
    several = [event(f"{number:04}", lastTimestamp=f"{number:04}") for number in range(MOST_EVENTS + 5)]
    shown = names(*several)
    assert (len(shown), shown[0]) == (MOST_EVENTS, "0005")
