"""NCRONTAB: when a timer fires."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from cronsim import CronSim, CronSimError

from shared.errors import InvalidSpecError

_FIELD = re.compile(r"[0-9A-Za-z*,/-]+")
_SECONDS_TOO, _WITHOUT_SECONDS = 6, 5


@dataclass(frozen=True, slots=True)
class Schedule:
    """Six fields, `second minute hour day month weekday`, or five without the second; in UTC.

    What the platform reads differently from other crons is refused: L, W, # and ?, weekday 7, and both day
    fields at once (NCRONTAB wants both true, cron either).
    Source: atifaziz/NCrontab, which the Functions timer extension uses.
    """

    text: str

    @classmethod
    def parse(cls, text: str, owner: str) -> Self:
        fields = text.split()
        if len(fields) == _WITHOUT_SECONDS:
            fields.insert(0, "0")
        if len(fields) != _SECONDS_TOO:
            raise _refused(owner, text, "Write six fields: second minute hour day month weekday")
        day, weekday = fields[3], fields[5]
        if not all(_FIELD.fullmatch(field) for field in fields) or re.search(r"\d?[LW]\b", day):
            raise _refused(owner, text, "NCRONTAB knows numbers, names, * , - and /")
        if "7" in re.split("[,-]", weekday.partition("/")[0]):
            raise _refused(owner, text, "Sunday is 0 in NCRONTAB")
        if day != "*" and weekday != "*":
            raise _refused(owner, text, "Restrict the day or the weekday, not both")
        joined = " ".join(fields).upper()
        try:
            CronSim(joined, datetime(2000, 1, 1, tzinfo=UTC))
        except CronSimError as error:
            raise _refused(owner, text, str(error)) from error
        return cls(joined)

    def next_after(self, moment: datetime) -> datetime:
        """Return the first time after `moment`, which is timezone-aware."""
        return next(CronSim(self.text, moment.astimezone(UTC)))


def _refused(owner: str, text: str, hint: str) -> InvalidSpecError:
    return InvalidSpecError(owner, "schedule", f"is {text!r}, which is no NCRONTAB expression", hint)
