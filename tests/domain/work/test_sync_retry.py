"""When a failed sync is tried again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.domain.specs.sync_policy import RetryPolicy
from shared.domain.work.sync_retry import next_retry_at

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def waits(*failures: int, limit: int = 5, **policy: Any) -> list[float | None]:
    """Seconds to the next attempt after so many failures; None = no more."""
    found = [next_retry_at(NOON, count, RetryPolicy(limit, **policy)) for count in failures]
    return [(moment - NOON).total_seconds() if moment else None for moment in found]


def test_the_defaults_wait_as_argo_cd_was_measured_to() -> None:
    assert waits(1, 2, 3, 4, 5) == [10, 20, 40, 80, 160]


def test_the_limit_counts_retries() -> None:
    assert waits(1, 2, 3, limit=2) == [10, 20, None]
    assert waits(1, limit=0) == [None]
    assert waits(1, 10**6, limit=-1) == [10, 180]


def test_no_wait_is_longer_than_the_ceiling() -> None:
    assert waits(5, 6, limit=-1, max_duration=timedelta(minutes=1)) == [60, 60]
    assert waits(1, duration=timedelta(hours=1)) == [180]


def test_a_ceiling_of_zero_is_none_but_a_year() -> None:
    assert waits(10, limit=-1, max_duration=timedelta(0)) == [5 * 2**10]
    assert waits(10**6, limit=-1, max_duration=timedelta(0)) == [365 * 86400]


@pytest.mark.parametrize(("factor", "seconds"), [(0, 0), (1, 5), (3, 45), (10**9, 180), (10**400, 180)])
def test_a_factor_may_be_anything(factor: int, seconds: float) -> None:
    assert waits(2, factor=factor) == [seconds]
    assert waits(30, limit=-1, factor=10**400) == [180]


def test_a_moment_without_a_zone_is_a_bug() -> None:
    with pytest.raises(ValueError, match="timezone-aware"):
        next_retry_at(NOON.replace(tzinfo=None), 1, RetryPolicy(1))
