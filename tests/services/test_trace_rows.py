"""What is remembered of a change, and for how long."""

from __future__ import annotations

from datetime import timedelta

from shared.adapters.memory.document_store import MemoryDocumentStore
from shared.adapters.system.clock import FixedClock
from shared.domain.record.change_trace import ChangeKind, ChangeTrace
from shared.domain.record.traced_step import TracedStep
from shared.services.trace_rows import KEPT, TraceRows

REPO = "https://github.com/my-org/shop.git"
COMMIT = "c" * 40


class World:
    def __init__(self) -> None:
        self.documents, self.clock = MemoryDocumentStore(), FixedClock()
        self.traces = TraceRows(self.documents, self.clock)

    def begin(self, digit: str) -> ChangeTrace:
        change = ChangeTrace(digit * 32, ChangeKind.PUSH, "Git poll", self.clock.now(), REPO, "main")
        self.traces.begin(change)
        self.clock.advance(timedelta(minutes=1))
        return change


def test_an_event_that_comes_twice_began_once() -> None:
    world = World()
    first = world.begin("a")
    assert (
        world.traces.begin(ChangeTrace("a" * 32, ChangeKind.IMAGE, "x", world.clock.now(), "", "")) is False
    )
    assert world.traces.get("a" * 32) == first
    assert len(world.traces.page(10)[0]) == 1


def test_the_newest_come_first_page_by_page() -> None:
    world = World()
    made = [world.begin(digit) for digit in "abc"]
    first, token = world.traces.page(2)
    rest, end = world.traces.page(2, token)
    assert [*first, *rest] == made[::-1]
    assert end == ""


def test_a_commit_is_found_however_its_repository_is_written() -> None:
    world = World()
    world.traces.commit(REPO, COMMIT, "a" * 32)
    assert world.traces.of_commit("git@github.com:My-Org/shop", COMMIT) == "a" * 32
    assert world.traces.of_commit(REPO, "d" * 40) == ""


def test_what_is_not_known_cannot_get_further() -> None:
    world = World()
    world.traces.advance("a" * 32, lambda change: change.with_choice(world.clock.now()))
    assert world.traces.get("a" * 32) is None


def test_some_that_begin_a_trace_forget_the_old_with_all_that_belongs_to_them() -> None:
    world = World()
    old = world.begin("a")
    world.traces.advance(old.trace, lambda each: each.with_commit(REPO, COMMIT, old.trace, world.clock.now()))
    world.traces.commit(REPO, COMMIT, old.trace)
    world.traces.reached(TracedStep(old.trace, "application/argocd/shop"))
    kept = world.begin("b")
    world.clock.advance(KEPT - timedelta(seconds=90))
    world.begin("c")
    assert world.traces.get(old.trace) is None
    assert world.traces.of_commit(REPO, COMMIT) == ""
    assert world.traces.steps(old.trace) == []
    assert [change.trace[0] for change in world.traces.page(10)[0]] == ["c", "b"]
    assert world.traces.get(kept.trace) == kept
