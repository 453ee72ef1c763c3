"""Wishes of people, written into the row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from shared.domain.operate.operation import Phase
from shared.errors import InvalidRequestError, NotFoundError
from shared.services.start_sync import SyncWish
from tests.services.worlds import SHOP, Engine, config_map, engine, synced_engine


def audited(world: Engine) -> list[tuple[str, str]]:
    return [(entry.what, entry.detail) for entry in world.audit.entries()[0]][1:]


def test_a_wish_is_in_the_row_and_wakes_the_application() -> None:
    world = synced_engine()
    world.clock.advance(timedelta(seconds=1))
    world.start_sync(SHOP, SyncWish(revisions=("abc",), prune=True, confirmed=True), who="alice")
    status = world.status()
    assert status.requested is not None
    assert (status.requested.initiator.username, status.requested.at) == ("alice", world.clock.now())
    assert (status.requested.revisions, status.requested.prune, status.requested.confirmed) == (
        ("abc",),
        True,
        True,
    )
    assert status.wake.reasons == ("sync",)
    assert audited(world) == [("application.sync", "abc")]


def test_one_operation_at_a_time() -> None:
    world = synced_engine()
    world.start_sync(SHOP, SyncWish(), who="alice")
    with pytest.raises(InvalidRequestError, match="another operation is already in progress"):
        world.start_sync(SHOP, SyncWish(), who="bob")
    with pytest.raises(InvalidRequestError, match="another operation is already in progress"):
        world.start_sync.roll_back(SHOP, 0, prune=False, dry_run=False, who="bob")
    assert len(audited(world)) == 1, "what was refused changed nothing"


def test_nothing_can_be_asked_of_nobody() -> None:
    service = engine().start_sync
    asks: list[Callable[[], None]] = [
        lambda: service(SHOP, SyncWish(), who="alice"),
        lambda: service.roll_back(SHOP, 0, prune=False, dry_run=False, who="alice"),
        lambda: service.terminate(SHOP, who="alice"),
        lambda: service.refresh(SHOP, hard=False),
    ]
    for ask in asks:
        with pytest.raises(NotFoundError, match=r'^applications\.argoproj\.io "shop" not found$'):
            ask()


def test_a_rollback_asks_for_the_revisions_of_then() -> None:
    world = synced_engine()
    first = world.status().revisions
    world.receive_push(world.push({"shop/greeting.yaml": config_map("greeting", "bye")}))
    world.run_for(5)
    world.clock.advance(timedelta(seconds=1))
    world.start_sync.roll_back(SHOP, 0, prune=True, dry_run=False, who="alice")
    requested = world.status().requested
    assert requested is not None
    assert (requested.revisions, requested.history_id, requested.prune) == (first, 0, True)
    assert audited(world) == [("application.rollback", "to 0")]


def test_a_rollback_to_nowhere_names_the_ids_there_are() -> None:
    with pytest.raises(NotFoundError, match="There are: 0"):
        synced_engine().start_sync.roll_back(SHOP, 9, prune=False, dry_run=False, who="alice")


def test_an_operation_that_waits_to_be_tried_again_can_be_ended() -> None:
    world = engine()
    world.cluster.refusals["apply ConfigMap shop/greeting"] = InvalidRequestError("wrong")
    world.add()
    world.run_for(1)
    world.start_sync.terminate(SHOP, who="alice")
    world.run_for(1)
    operation = world.status().operation
    assert operation is not None
    assert (operation.phase, operation.message) == (Phase.FAILED, "Operation terminated")
    calls = len(world.cluster.calls)
    world.run_for(600)
    assert len(world.cluster.calls) == calls


def test_there_has_to_be_one_to_end() -> None:
    world = synced_engine()
    with pytest.raises(InvalidRequestError, match="No operation is in progress"):
        world.start_sync.terminate(SHOP, who="alice")
    assert audited(world) == []


@pytest.mark.parametrize(("hard", "reason"), [(False, "refresh"), (True, "hard")])
def test_a_refresh_is_a_look_with_the_present_heads(hard: bool, reason: str) -> None:
    world = synced_engine()
    world.start_sync.refresh(SHOP, hard=hard)
    assert world.status().wake.reasons == (reason,)
    world.git.calls.clear()
    world.run_for(1)
    assert "resolve main" in world.git.calls
