"""When a change reached each stage: every operation shows its own clock."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from itertools import pairwise
from typing import Self


@dataclass(frozen=True, slots=True)
class StageClock:
    """Moments of one change, aware UTC; None where it has not got to yet. `trace` is its W3C trace id."""

    trace: str = ""
    received: datetime | None = None
    resolved: datetime | None = None
    rendered: datetime | None = None
    compared: datetime | None = None
    applied: datetime | None = None
    healthy: datetime | None = None

    def reached(self, stage: str, moment: datetime) -> Self:
        """Note when the change reached a stage; the first time counts."""
        known = {field.name: getattr(self, field.name) for field in fields(self)}
        return type(self)(**{**known, stage: known[stage] or moment})

    def durations(self) -> dict[str, float]:
        """Seconds that each stage took, in their order; stages that were not reached are left out."""
        names = ("received", "resolved", "rendered", "compared", "applied", "healthy")
        reached = [(name, moment) for name in names if (moment := getattr(self, name)) is not None]
        return {name: (moment - before).total_seconds() for (_, before), (name, moment) in pairwise(reached)}
