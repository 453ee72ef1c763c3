"""How a Deployment moves from old ReplicaSets to the new one: sizes only, no writes.

Source: pkg/controller/deployment/rolling.go and util/deployment_util.go of Kubernetes 1.34.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Sized:
    """A ReplicaSet: how many pods it is told to have, has, and has available."""

    name: str
    wanted: int
    pods: int
    available: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many pods there may be beyond the replicas, and how many may be missing."""

    replicas: int
    surge: int
    unavailable: int

    @classmethod
    def of(cls, spec: Mapping[str, Any]) -> Bounds:
        """Read replicas and strategy.rollingUpdate: surge is rounded up, unavailable down, never both 0."""
        replicas = int(spec.get("replicas", 1))
        rolling = (spec.get("strategy") or {}).get("rollingUpdate") or {}
        surge = _share(rolling.get("maxSurge", "25%"), replicas, up=True)
        unavailable = _share(rolling.get("maxUnavailable", "25%"), replicas, up=False)
        return cls(replicas, surge, unavailable if surge or unavailable else 1)


def rolling_sizes(new: Sized, old: list[Sized], bounds: Bounds) -> dict[str, int]:
    """The next size of each ReplicaSet; `old` is ordered oldest first."""
    total = new.wanted + sum(each.wanted for each in old)
    room = max(0, bounds.replicas + bounds.surge - total)
    grown = min(new.wanted + room, bounds.replicas)
    sizes = {new.name: grown, **{each.name: each.wanted for each in old}}
    if grown > new.wanted:
        return sizes
    least = bounds.replicas - bounds.unavailable
    spare = total - least - max(0, new.wanted - new.available)
    spare = _unhealthy(sizes, old, spare)
    _healthy(sizes, new, old, min(spare, new.available + sum(e.available for e in old) - least))
    return sizes


def recreate_sizes(new: Sized, old: list[Sized], replicas: int) -> dict[str, int]:
    """All old pods end before the first new one starts."""
    still = any(each.pods for each in old)
    return {new.name: new.wanted if still else replicas, **{each.name: 0 for each in old}}


def _unhealthy(sizes: dict[str, int], old: list[Sized], spare: int) -> int:
    """Old pods that are not available go first: nobody misses them."""
    for each in old:
        cut = min(each.wanted - each.available, spare)
        if cut > 0:
            sizes[each.name] -= cut
            spare -= cut
    return spare


def _healthy(sizes: dict[str, int], new: Sized, old: list[Sized], spare: int) -> None:
    for each in old:
        cut = min(sizes[each.name], spare)
        if cut > 0:
            sizes[each.name] -= cut
            spare -= cut


def _share(value: int | str, whole: int, *, up: bool) -> int:
    if isinstance(value, str) and value.endswith("%"):
        exact = whole * int(value[:-1]) / 100
        return math.ceil(exact) if up else math.floor(exact)
    return int(value)
