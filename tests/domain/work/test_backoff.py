"""When something that failed is tried again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.domain.work.backoff import wait_after


@pytest.mark.parametrize(
    ("failures", "seconds"), [(1, 2), (2, 4), (3, 8), (7, 128), (8, 256), (9, 300), (10**6, 300)]
)
def test_each_failure_doubles_the_wait_up_to_five_minutes(failures: int, seconds: int) -> None:
    assert wait_after(failures) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("failures", "wish", "seconds"),
    [(1, 30, 30), (1, 0.5, 2), (9, 30, 300), (1, None, 2), (1, 0, 2), (1, -5, 2), (9, 1800, 1800)],
)
def test_the_wish_of_the_service_counts_where_it_is_longer(
    failures: int, wish: float | None, seconds: float
) -> None:
    assert wait_after(failures, wish) == timedelta(seconds=seconds)


@pytest.mark.parametrize("wish", [3600, 86400 * 30, 1e300, float("inf")])
def test_no_service_puts_us_off_for_more_than_an_hour(wish: float) -> None:
    """A queue takes delays of seven days at most."""
    assert wait_after(1, wish) == timedelta(hours=1)


def test_a_wish_that_is_no_number_is_none() -> None:
    assert wait_after(1, float("nan")) == timedelta(seconds=2)
