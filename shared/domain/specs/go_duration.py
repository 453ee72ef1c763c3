"""Durations as Go writes them: `5s`, `3m`, `1h30m`, `1.5h`."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

_SECONDS = {
    "ns": Decimal("1e-9"),
    "us": Decimal("1e-6"),
    "µs": Decimal("1e-6"),
    "μs": Decimal("1e-6"),
    "ms": Decimal("1e-3"),
    "s": Decimal(1),
    "m": Decimal(60),
    "h": Decimal(3600),
}
_PART = re.compile(r"([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)")
_WHOLE = re.compile(rf"[+-]?(?:{_PART.pattern})+")
_BARE = re.compile(r"[+-]?[0-9]+")
_LONGEST_SECONDS = 2**63 / 10**9


def parse_duration(text: str) -> timedelta:
    """Read a Go duration; a bare whole number is seconds. Anything below a microsecond is dropped.

    Raises ValueError for other texts and for what Go's 64 bits of nanoseconds cannot hold (292 years).

    Source: Argo CD parseStringToDuration (pkg/apis/application/v1alpha1/types.go), Go time.ParseDuration.
    """
    if _BARE.fullmatch(text):
        seconds = Decimal(text)
    elif _WHOLE.fullmatch(text):
        size = sum((Decimal(number) * _SECONDS[unit] for number, unit in _PART.findall(text)), Decimal(0))
        seconds = -size if text.startswith("-") else size
    else:
        raise ValueError(f"{text!r} is no duration")
    if abs(seconds) >= _LONGEST_SECONDS:
        raise ValueError(f"{text!r} is longer than 292 years")
    return timedelta(microseconds=int(seconds * 1_000_000))
