"""When something that failed is tried again."""

from __future__ import annotations

from datetime import timedelta

_FIRST_SECONDS = 2
_CEILING_SECONDS = 300
_LONGEST_WISH_SECONDS = 3600


def wait_after(failures: int, retry_after_seconds: float | None = None) -> timedelta:
    """How long to wait after this many UnavailableErrors in a row (>= 1): 2, 4, 8 … 300 s.

    The wish of the service itself (Retry-After) is honoured where it is longer, up to an hour.
    """
    seconds = min(_FIRST_SECONDS * 2 ** min(failures - 1, 10), _CEILING_SECONDS)
    return timedelta(seconds=max(seconds, min(retry_after_seconds or 0, _LONGEST_WISH_SECONDS)))
