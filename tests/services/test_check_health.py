"""What is away or late is said, and by whom it may be heard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from shared.errors import UnavailableError
from shared.ports.document_store import Document
from shared.services.check_health import PartStatus
from tests.services.worlds import Engine, engine

MINUTE = timedelta(minutes=1)


def ill(world: Engine) -> dict[str, str]:
    """The parts that are not well."""
    world.clock.advance(timedelta(seconds=6))
    found = world.check_health()
    return {part.name: part.status.value for part in found if part.status is not PartStatus.OK}


def test_a_home_that_is_well_says_so_of_every_part() -> None:
    world = engine()
    world.poll()
    assert ill(world) == {}
    names = [part.name for part in world.check_health()]
    assert names == [
        "state store",
        "queue work",
        "queue events",
        "queue event-grid",
        "kubetools",
        "timer poll_timer",
    ]


def away(*_: object, **__: object) -> Document | None:
    raise UnavailableError("/home/canary/tidegate.db cannot be opened")


def store_away(world: Engine) -> None:
    world.ports.documents.get = away  # type: ignore[method-assign]


def tool_away(world: Engine) -> None:
    world.tool.yaml = away  # type: ignore[method-assign,assignment]


def queue_away(world: Engine) -> None:
    world.memory.queues("events").waiting = away  # type: ignore[method-assign,assignment]


@pytest.mark.parametrize(
    ("fail", "part"),
    [(store_away, "state store"), (tool_away, "kubetools"), (queue_away, "queue events")],
)
def test_a_part_that_does_not_answer_is_away(fail: Callable[[Engine], None], part: str) -> None:
    world = engine()
    fail(world)
    assert ill(world) == {part: "away"}


def test_a_message_that_nobody_takes_makes_its_queue_late() -> None:
    world = engine()
    world.memory.queues("events").send("x", 5 * MINUTE)
    world.clock.advance(14 * MINUTE)
    assert ill(world) == {}
    world.clock.advance(MINUTE)
    assert ill(world) == {"queue events": "late"}


def test_a_timer_that_stands_still_is_late_and_a_failed_run_is_told() -> None:
    world = engine()
    for _ in range(3):
        world.poll()
        world.clock.advance(3 * MINUTE)
    with pytest.raises(KeyError), world.timer_runs("poll_timer"):
        raise KeyError("x")
    assert ill(world) == {}
    part = next(part for part in world.check_health() if part.name == "timer poll_timer")
    assert "KeyError" in part.reason
    world.clock.advance(9 * MINUTE)
    assert ill(world) == {"timer poll_timer": "late"}


def test_who_asks_often_costs_nothing() -> None:
    world = engine()
    first = world.check_health()
    store_away(world)
    world.clock.advance(timedelta(seconds=4))
    assert world.check_health() is first
    assert ill(world) == {"state store": "away"}


def test_reasons_are_for_those_who_are_known() -> None:
    world = engine()
    store_away(world)
    part = world.check_health()[0]
    assert part.view(known=False) == {"name": "state store", "status": "away", "seconds": None}
    assert "canary" in part.view(known=True)["reason"]
