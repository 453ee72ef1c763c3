"""Have an application looked at, and wait for the look."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from shared.errors import NotFoundError, UnavailableError
from tests.services.worlds import REPO, SHOP, Engine, config_map, engine, synced_engine

_PATIENCE = 20.0


@contextmanager
def worker(world: Engine) -> Iterator[None]:
    """Do what is due, as it comes."""
    stop = threading.Event()

    def work() -> None:
        mark = 0
        while not stop.is_set():
            mark, _ = world.changed.wait(mark, 0.05)
            world.run_due()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test_it_returns_when_the_look_is_over_and_what_was_pushed_is_seen() -> None:
    world = synced_engine()
    head = world.git.push(REPO, {"shop/greeting.yaml": config_map("greeting", "new")})
    with worker(world):
        assert world.refresh_application(SHOP, hard=False, seconds=_PATIENCE)
    assert world.status().revisions == (head,)


def test_a_look_that_fails_is_over_too() -> None:
    world = synced_engine()
    world.cluster.failure = UnavailableError("away")
    with worker(world):
        assert world.refresh_application(SHOP, hard=True, seconds=_PATIENCE)
    assert world.state()[0] == "Unknown"


def test_where_nobody_works_it_gives_up_after_a_while() -> None:
    world = synced_engine()
    assert not world.refresh_application(SHOP, hard=False, seconds=0.01)
    assert world.status().wake.reasons == ("refresh",)


def test_an_unknown_application_is_not_waited_for() -> None:
    with pytest.raises(NotFoundError):
        engine().refresh_application(SHOP, hard=False)
