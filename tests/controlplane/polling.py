"""Waiting for what control loops do, with a bound."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
_STEP_SECONDS = 0.05


def eventually(look: Callable[[], T | None], what: str, seconds: float = 60.0) -> T:
    """Return the first true thing that `look` sees; fail with what it saw last after `seconds`."""
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:.0f} s: {what}; last seen: {seen!r}")
        time.sleep(_STEP_SECONDS)
    return seen
