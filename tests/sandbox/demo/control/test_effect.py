"""An effect is as far as its steps, in their order."""

from __future__ import annotations

from sandbox.demo.control.effect import Effect, Step


class Reached:
    """Steps by name that are reached once a test says so; `away` makes looking fail."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.looked: list[str] = []
        self.away = False

    def step(self, name: str) -> Step:
        return Step(name, lambda: self._look(name))

    def _look(self, name: str) -> str:
        self.looked.append(name)
        if self.away:
            raise ConnectionError("Tidegate is away")
        return f"{name} is there" * (name in self.names)


def test_steps_are_told_in_their_order_even_when_a_later_one_is_reached_first() -> None:
    world = Reached()
    effect = Effect([world.step("event"), world.step("commit")], lambda: "shop is Synced")
    world.names = {"commit"}
    assert effect.view() == {"live": False, "steps": [], "waitingFor": "event", "now": "shop is Synced"}
    world.names = {"commit", "event"}
    view = effect.view()
    assert view["live"]
    assert [(step["name"], step["text"]) for step in view["steps"]] == [
        ("event", "event is there"),
        ("commit", "commit is there"),
    ]


def test_what_was_reached_stays_and_is_not_looked_at_again() -> None:
    world = Reached()
    effect = Effect([world.step("event"), world.step("commit")], lambda: "")
    world.names = {"event"}
    first = effect.view()["steps"]
    world.names = set()
    assert effect.view()["steps"] == first
    assert world.looked == ["event", "commit", "commit"]


def test_while_tidegate_is_away_nothing_is_reached_and_the_reason_is_told() -> None:
    world = Reached()
    effect = Effect([world.step("event")], lambda: "")
    world.away = True
    assert effect.view()["now"] == "Tidegate is away"
    world.away, world.names = False, {"event"}
    assert effect.view()["live"]


def test_what_leads_to_nothing_is_live_at_once() -> None:
    assert Effect([], lambda: "").view() == {"live": True, "steps": []}
