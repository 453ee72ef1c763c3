"""Health as Argo CD names it, and how it adds up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class HealthStatus(StrEnum):
    """In the order from best to worst. Source: Argo CD gitops-engine/pkg/health/health.go."""

    HEALTHY = "Healthy"
    SUSPENDED = "Suspended"
    PROGRESSING = "Progressing"
    MISSING = "Missing"
    DEGRADED = "Degraded"
    UNKNOWN = "Unknown"


@dataclass(frozen=True, slots=True)
class Health:
    """`message` says why, in the words of the object itself; "" when there is nothing to add."""

    status: HealthStatus
    message: str = ""


_ORDER = list(HealthStatus)


def worst(healths: Iterable[Health]) -> Health:
    """Return the first of the worst; Healthy when there are none."""
    return max(healths, key=lambda health: _ORDER.index(health.status), default=Health(HealthStatus.HEALTHY))
