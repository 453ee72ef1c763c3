"""When a timer ran, and whether it should have run since."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Self

import msgspec

_REMEMBERED = 4
_LATE_AFTER, _GRACE = 3, timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class TimerRun:
    """`runs` are the ends of the last runs that went well, oldest first, aware UTC.

    `error` is the class of what the newest run met, "" when it went well.
    """

    name: str
    runs: tuple[datetime, ...] = ()
    error: str = ""

    def ran(self, now: datetime) -> Self:
        return replace(self, runs=(*self.runs, now)[-_REMEMBERED:], error="")

    def failed(self, error: BaseException) -> Self:
        return replace(self, error=type(error).__name__)

    def age(self, now: datetime) -> timedelta | None:
        """Since it last ran well; None when it never did."""
        return now - self.runs[-1] if self.runs else None

    def is_late(self, now: datetime) -> bool:
        """Whether three of its usual intervals have passed without a run; unknown before the second run.

        The shortest of the last intervals is the usual one: a pause of the whole app is none.
        """
        intervals = [after - before for before, after in pairwise(self.runs)]
        age = self.age(now)
        return bool(intervals) and age is not None and age > _LATE_AFTER * min(intervals) + _GRACE


# msgspec learns a dataclass when it first meets it, and two threads must not be first at once
_LEARNT = msgspec.json.Decoder(TimerRun)
