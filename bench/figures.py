"""How a measurement is printed: median, p90, min and max beside the bar."""

from __future__ import annotations

import statistics
from collections.abc import Sequence


def line(name: str, values: Sequence[float], unit: str, bar: str = "") -> str:
    """One line for `values` in `unit`; p90 is the nearest rank. Raises ValueError without values."""
    if not values:
        raise ValueError(f"{name}: nothing was measured")
    ordered = sorted(values)
    p90 = ordered[-(-9 * len(ordered) // 10) - 1]
    figures = (
        f"median {_short(statistics.median(ordered))} {unit}  p90 {_short(p90)}  "
        f"min {_short(ordered[0])}  max {_short(ordered[-1])}  of {len(ordered)}"
    )
    return f"{name:<34} {figures}" + (f"   (bar {bar})" if bar else "")


def say(text: str) -> None:
    """Print at once: a measurement takes minutes, and people want to see that it moves."""
    print(text, flush=True)


def _short(value: float) -> str:
    digits = 3 if abs(value) < 10 else 1
    return f"{value:.{digits}f}"
