"""Counts of one process."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from shared.adapters.memory.counters import MemoryCounters
from shared.ports.counters import Sample


def test_counts_add_up_by_their_labels_in_whatever_order() -> None:
    counters = MemoryCounters()
    counters.add("syncs", {"b": "1", "a": "2"})
    counters.add("syncs", {"a": "2", "b": "1"}, 2.5)
    counters.add("syncs", {"a": "3", "b": "1"})
    assert counters.samples() == [
        Sample("syncs", (("a", "2"), ("b", "1")), 3.5),
        Sample("syncs", (("a", "3"), ("b", "1")), 1.0),
    ]


def test_the_buckets_of_a_histogram_hold_all_that_is_not_above_them() -> None:
    counters = MemoryCounters({"seconds": (1.0, 2.5)})
    for seconds in (0.2, 1.0, 2.0, 99.0):
        counters.observe("seconds", {"stage": "rendered"}, seconds)
    shown = {(each.name, dict(each.labels).get("le", "")): each.value for each in counters.samples()}
    assert shown == {
        ("seconds_bucket", "1"): 2,
        ("seconds_bucket", "2.5"): 3,
        ("seconds_bucket", "+Inf"): 4,
        ("seconds_sum", ""): 102.2,
        ("seconds_count", ""): 4,
    }


def test_no_count_of_any_thread_is_lost() -> None:
    counters = MemoryCounters()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: counters.add("calls", {}), range(2000)))
    assert counters.samples() == [Sample("calls", (), 2000.0)]


def test_they_are_shown_once_somebody_serves_them() -> None:
    counters = MemoryCounters()
    assert not counters.is_open()
    counters.open()
    assert counters.is_open()
