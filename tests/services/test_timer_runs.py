"""When each timer ran."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.adapters.memory.document_store import MemoryDocumentStore
from shared.errors import UnavailableError
from shared.ports.document_store import Document
from shared.services.timer_runs import TimerRuns
from tests.services.worlds import engine


def test_every_timer_of_the_app_notes_its_runs() -> None:
    world = engine()
    world.scan()
    world.poll()
    world.look_into_vaults()
    assert [(run.name, run.runs) for run in world.timer_runs.all()] == [
        (name, (world.clock.now(),)) for name in ("drift_timer", "poll_timer", "secret_timer")
    ]


def test_a_timer_that_fails_says_by_what_and_its_error_goes_on() -> None:
    world = engine()
    world.poll()
    world.clock.advance(timedelta(minutes=3))
    with pytest.raises(KeyError), world.timer_runs("poll_timer"):
        raise KeyError("a bug")
    (run,) = world.timer_runs.all()
    assert (run.error, run.age(world.clock.now())) == ("KeyError", timedelta(minutes=3))


class AwayDocuments(MemoryDocumentStore):
    def get(self, partition: str, key: str) -> Document | None:
        raise UnavailableError("the store is away")


def test_a_store_that_is_away_hides_no_error() -> None:
    with pytest.raises(KeyError), TimerRuns(AwayDocuments(), engine().clock)("poll_timer"):
        raise KeyError("a bug")
