"""Counters in memory."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from threading import Lock

from shared.ports.counters import Sample

_Key = tuple[str, tuple[tuple[str, str], ...]]
DEFAULT_BUCKETS = (0.05, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 60.0, 300.0)


@dataclass(slots=True)
class _Histogram:
    """`counts` has one more entry than there are buckets: what is above the last."""

    counts: list[int]
    total: float = 0.0


@dataclass(slots=True)
class MemoryCounters:
    """See the port counters. `buckets` are the upper bounds of a histogram by its name, in seconds."""

    buckets: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    _opened: bool = False
    _lock: Lock = field(default_factory=Lock)
    _counts: dict[_Key, float] = field(default_factory=dict)
    _histograms: dict[_Key, _Histogram] = field(default_factory=dict)

    def add(self, name: str, labels: Mapping[str, str], amount: float = 1.0) -> None:
        key = name, tuple(sorted(labels.items()))
        with self._lock:
            self._counts[key] = self._counts.get(key, 0.0) + amount

    def observe(self, name: str, labels: Mapping[str, str], seconds: float) -> None:
        key = name, tuple(sorted(labels.items()))
        bounds = self._bounds(name)
        with self._lock:
            found = self._histograms.setdefault(key, _Histogram([0] * (len(bounds) + 1)))
            found.counts[bisect_left(bounds, seconds)] += 1
            found.total += seconds

    def samples(self) -> list[Sample]:
        with self._lock:
            made = [Sample(name, labels, value) for (name, labels), value in self._counts.items()]
            for (name, labels), found in self._histograms.items():
                made += self._shown(name, labels, found)
        return made

    def open(self) -> None:
        self._opened = True

    def is_open(self) -> bool:
        return self._opened

    def _bounds(self, name: str) -> tuple[float, ...]:
        return self.buckets.get(name, DEFAULT_BUCKETS)

    def _shown(self, name: str, labels: tuple[tuple[str, str], ...], found: _Histogram) -> list[Sample]:
        limits = [*(f"{bound:g}" for bound in self._bounds(name)), "+Inf"]
        rows = zip(limits, accumulate(found.counts), strict=True)
        made = [Sample(f"{name}_bucket", (*labels, ("le", limit)), count) for limit, count in rows]
        made.append(Sample(f"{name}_sum", labels, found.total))
        made.append(Sample(f"{name}_count", labels, sum(found.counts)))
        return made
