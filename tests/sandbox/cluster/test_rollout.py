"""How sizes move during a rollout, without a cluster."""

from __future__ import annotations

import pytest

from sandbox.cluster.controllers.rollout import Bounds, Sized, recreate_sizes, rolling_sizes


def sized(name: str, wanted: int, available: int | None = None) -> Sized:
    return Sized(name, wanted, wanted, wanted if available is None else available)


@pytest.mark.parametrize(
    ("replicas", "rolling", "surge", "unavailable"),
    [
        (4, {}, 1, 1),
        (1, {}, 1, 0),
        (10, {"maxSurge": "30%", "maxUnavailable": 0}, 3, 0),
        (3, {"maxSurge": 0, "maxUnavailable": 0}, 0, 1),
        (0, {}, 0, 1),
    ],
)
def test_shares_are_rounded_up_for_surge_and_down_for_loss(
    replicas: int, rolling: dict[str, object], surge: int, unavailable: int
) -> None:
    spec = {"replicas": replicas, "strategy": {"rollingUpdate": rolling}}
    assert Bounds.of(spec) == Bounds(replicas, surge, unavailable)


def test_the_new_set_grows_first_within_the_surge() -> None:
    assert rolling_sizes(sized("new", 0), [sized("old", 4)], Bounds(4, 1, 1)) == {"new": 1, "old": 4}


def test_old_pods_go_as_new_ones_become_available() -> None:
    assert rolling_sizes(sized("new", 1, 0), [sized("old", 4)], Bounds(4, 1, 1)) == {"new": 1, "old": 3}
    assert rolling_sizes(sized("new", 2, 2), [sized("old", 3)], Bounds(4, 1, 1)) == {"new": 2, "old": 1}


def test_pods_that_never_become_available_cost_no_more_than_allowed() -> None:
    assert rolling_sizes(sized("new", 2, 0), [sized("old", 3)], Bounds(4, 1, 1)) == {"new": 2, "old": 3}


def test_old_pods_that_are_broken_go_before_the_healthy_ones() -> None:
    new, broken, healthy = sized("new", 1, 0), sized("broken", 2, 0), sized("healthy", 3)
    sizes = rolling_sizes(new, [healthy, broken], Bounds(4, 1, 1))
    assert (sizes["healthy"], sizes["broken"]) == (3, 0)


def test_recreating_waits_for_the_last_old_pod() -> None:
    assert recreate_sizes(sized("new", 0), [sized("old", 2)], 2) == {"new": 0, "old": 0}
    assert recreate_sizes(sized("new", 0), [Sized("old", 0, 0, 0)], 2) == {"new": 2, "old": 0}
