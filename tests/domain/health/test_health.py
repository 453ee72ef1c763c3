"""The worst one decides."""

from __future__ import annotations

from itertools import pairwise

from shared.domain.health.health import Health, HealthStatus, worst


def test_unknown_is_worse_than_degraded_and_missing_worse_than_progressing() -> None:
    order = ["Healthy", "Suspended", "Progressing", "Missing", "Degraded", "Unknown"]
    for better, worse in pairwise(order):
        both = [Health(HealthStatus(worse)), Health(HealthStatus(better))]
        assert worst(both).status == worse
        assert worst(reversed(both)).status == worse


def test_of_equals_the_first_speaks_and_nothing_is_healthy() -> None:
    one, two = Health(HealthStatus.DEGRADED, "one"), Health(HealthStatus.DEGRADED, "two")
    assert worst([one, two]) is one
    assert worst([]).status is HealthStatus.HEALTHY
