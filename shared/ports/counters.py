"""Port: what this process has done since it started, counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Sample:
    """One number of a metric, in Prometheus' words; `labels` are (name, value)."""

    name: str
    labels: tuple[tuple[str, str], ...]
    value: float


class Counters(Protocol):
    """Adapter: memory. Safe to share between threads; nothing here fails or waits."""

    def add(self, name: str, labels: Mapping[str, str], amount: float = 1.0) -> None:
        """Count up; never down."""
        ...

    def observe(self, name: str, labels: Mapping[str, str], seconds: float) -> None:
        """Add one observation to a histogram."""
        ...

    def samples(self) -> list[Sample]:
        """Everything counted; a histogram has `<name>_bucket` (label `le`), `<name>_sum`, `<name>_count`."""
        ...

    def open(self) -> None:
        """Somebody keeps this process running and serves its counts: from now on they are shown."""
        ...

    def is_open(self) -> bool: ...
