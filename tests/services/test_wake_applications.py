"""Have an application looked at, now or later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.adapters.memory.blob_store import MemoryBlobStore
from shared.adapters.memory.document_store import MemoryDocumentStore
from shared.adapters.memory.work_queue import MemoryQueues
from shared.adapters.system.clock import FixedClock
from shared.adapters.system.random import CountingRandom
from shared.domain.record.application_status import ApplicationStatus, Wake
from shared.domain.specs.app_ref import AppRef
from shared.domain.work.message import WorkKind, WorkMessage
from shared.domain.work.message_text import from_text
from shared.errors import ConflictError, UnavailableError
from shared.services.application_rows import ApplicationRows, StoredApplication, StoredStatus
from shared.services.wake_applications import WakeApplications

SHOP, BLOG = AppRef("argocd", "shop"), AppRef("argocd", "blog")
SECOND = timedelta(seconds=1)


class Contended(ApplicationRows):
    """`meanwhile` is run before a save, so many times."""

    times = 0
    meanwhile: Callable[[ApplicationStatus], ApplicationStatus] = staticmethod(
        lambda status: replace(status, epoch=status.epoch + 1)
    )

    def save(self, stored: StoredStatus, status: ApplicationStatus) -> StoredStatus:
        if self.times > 0:
            self.times -= 1
            current = self.status(stored.ref)
            super().save(current, self.meanwhile(current.status))
        return super().save(stored, status)


class World:
    """Rows, queue, clock and the service on them."""

    def __init__(self) -> None:
        self.clock = FixedClock()
        self.rows = Contended(MemoryDocumentStore(), MemoryBlobStore())
        self.queue = MemoryQueues(self.clock)("work")
        self.wake = WakeApplications(self.rows, self.queue, self.clock, CountingRandom())
        self.create(SHOP)

    def create(self, ref: AppRef) -> None:
        self.rows.put(StoredApplication(ref, {}, "api", ""))

    def row(self, ref: AppRef = SHOP) -> Wake:
        return self.rows.status(ref).status.wake

    def messages(self) -> list[WorkMessage]:
        return [from_text(each.text) for each in self.queue.peek()]

    def valid(self) -> list[float]:
        """In how many seconds each message comes that the row would let in."""
        now = self.clock.now()
        return [
            (each.due_at - now).total_seconds()
            for each in self.queue.peek()
            if from_text(each.text).token == self.row(AppRef.parse(from_text(each.text).subject)).token
        ]

    def take(self) -> None:
        """A worker answers the wake: the row is clear again."""
        stored = self.rows.status(SHOP)
        self.rows.save(stored, replace(stored.status, wake=Wake()))


@pytest.fixture
def world() -> World:
    return World()


def test_the_row_has_the_token_of_the_message(world: World) -> None:
    world.wake(SHOP, "push", traceparent="00-t")
    row = world.row()
    assert (row.due, row.reasons) == (world.clock.now(), ("push",))
    assert world.messages() == [WorkMessage(WorkKind.RECONCILE, "argocd/shop", row.token, "00-t")]


def test_of_many_wakes_one_message_is_valid_and_all_reasons_are_known(world: World) -> None:
    for reason in ("push", "live", "push"):
        world.wake(SHOP, reason)
    assert (len(world.messages()), len(world.valid())) == (3, 1)
    assert world.row().reasons == ("push", "live")


def test_a_wake_without_a_trace_keeps_the_trace_of_the_one_before(world: World) -> None:
    world.wake(SHOP, "push", traceparent="00-t")
    world.wake(SHOP, "live")
    assert world.row().traceparent == "00-t"
    world.wake(SHOP, "push", traceparent="00-u")
    assert world.row().traceparent == "00-u"


def test_a_wake_overtakes_a_later_one(world: World) -> None:
    world.wake.soon(SHOP, "child", 30 * SECOND)
    world.wake(SHOP, "push")
    assert world.valid() == [0]
    assert world.row().reasons == ("child", "push")


def test_a_change_is_made_in_the_same_write(world: World) -> None:
    world.wake(SHOP, "sync", change=lambda status: replace(status, managed=True))
    status = world.rows.status(SHOP).status
    assert (status.managed, status.wake.reasons) == (True, ("sync",))


def test_a_change_that_is_refused_wakes_nobody(world: World) -> None:
    def refuse(status: ApplicationStatus) -> ApplicationStatus:
        raise UnavailableError("no")

    with pytest.raises(UnavailableError):
        world.wake(SHOP, "sync", change=refuse)
    assert (world.messages(), world.row()) == ([], Wake())


def test_what_others_write_meanwhile_is_kept(world: World) -> None:
    world.rows.times = 3
    world.wake(SHOP, "sync", change=lambda status: replace(status, managed=True))
    status = world.rows.status(SHOP).status
    assert (status.epoch, status.managed, len(world.messages()), len(world.valid())) == (3, True, 1, 1)


def test_a_row_that_does_not_stand_still_is_a_conflict(world: World) -> None:
    world.rows.times = 1000
    with pytest.raises(ConflictError, match=r"argocd/shop.*10 times"):
        world.wake(SHOP, "push")
    assert world.messages() == []


# Later


def test_a_wake_for_later_is_written_first_and_sent_then(world: World) -> None:
    wake = world.wake.later(30 * SECOND, ("resume",), "00-t")
    assert (wake.due, wake.reasons, world.messages()) == (
        world.clock.now() + 30 * SECOND,
        ("resume",),
        [],
    )
    stored = world.rows.status(SHOP)
    world.rows.save(stored, replace(stored.status, wake=wake))
    world.clock.advance(10 * SECOND)
    world.wake.send(SHOP, wake)
    assert world.valid() == [20]


def test_a_wake_that_is_sent_too_late_comes_at_once(world: World) -> None:
    wake = world.wake.later(SECOND, ("resume",), "")
    world.clock.advance(5 * SECOND)
    world.wake.send(SHOP, wake)
    assert world.queue.receive(30) is not None


def test_a_message_for_a_busy_application_comes_again_unchanged(world: World) -> None:
    world.wake(SHOP, "push")
    received = world.queue.receive(30)
    assert received is not None
    world.wake.send_again(from_text(received.text), 2 * SECOND)
    world.queue.complete(received)
    assert world.valid() == [2]


# Soon


def test_many_small_changes_make_one_look(world: World) -> None:
    for _ in range(5):
        world.wake.soon(SHOP, "child", SECOND)
        world.clock.advance(0.1 * SECOND)
    assert [pytest.approx(0.5)] == world.valid()
    assert len(world.messages()) == 1


def test_soon_is_sooner_than_what_is_due_later(world: World) -> None:
    world.wake.soon(SHOP, "resume", 30 * SECOND)
    world.wake.soon(SHOP, "child", SECOND)
    assert (world.valid(), world.row().reasons) == ([1], ("resume", "child"))


def test_soon_after_an_answered_wake_is_a_new_look(world: World) -> None:
    world.wake(SHOP, "push")
    world.take()
    world.wake.soon(SHOP, "child", SECOND)
    assert (world.valid(), world.row().reasons) == ([1], ("child",))


def test_soon_while_a_worker_answers_is_a_look_at_what_it_leaves(world: World) -> None:
    """The wake that is being answered is due already; it may have looked before the change."""
    world.wake(SHOP, "push")
    world.clock.advance(SECOND)
    world.wake.soon(SHOP, "child", SECOND)
    assert world.valid() == [1]


def test_soon_for_an_application_that_is_gone_is_nothing(world: World) -> None:
    world.wake.soon(BLOG, "child", SECOND)
    assert (world.messages(), world.rows.status(BLOG).etag) == ([], None)


def test_soon_at_a_row_that_changes_asks_for_a_look_at_once(world: World) -> None:
    world.rows.times = 1
    world.wake.soon(SHOP, "child", SECOND)
    assert (world.valid(), world.row().reasons) == ([0], ("child",))


# Overdue


def test_what_was_lost_is_sent_again_and_the_first_message_is_still_valid(world: World) -> None:
    world.wake(SHOP, "push")
    lost = world.queue.receive(30)
    assert lost is not None
    world.queue.complete(lost)
    world.clock.advance(61 * SECOND)
    assert world.wake.overdue(world.rows.statuses(), 60 * SECOND) == 1
    assert [each.token for each in world.messages()] == [from_text(lost.text).token]
    assert world.valid() == [0]


@pytest.mark.parametrize("seconds", [0, 60])
def test_within_its_grace_nothing_is_overdue(world: World, seconds: int) -> None:
    world.wake(SHOP, "push")
    world.clock.advance(seconds * SECOND)
    assert world.wake.overdue(world.rows.statuses(), 60 * SECOND) == 0


def test_what_is_due_later_or_was_answered_is_not_overdue(world: World) -> None:
    world.create(BLOG)
    world.wake.soon(BLOG, "resume", timedelta(hours=2))
    world.wake(SHOP, "push")
    world.take()
    world.clock.advance(timedelta(hours=1))
    assert world.wake.overdue(world.rows.statuses(), SECOND) == 0


def test_a_crash_between_row_and_message_is_mended(world: World) -> None:
    stored = world.rows.status(SHOP)
    wake = world.wake.later(timedelta(0), ("push",), "00-t")
    world.rows.save(stored, replace(stored.status, wake=wake))
    world.clock.advance(61 * SECOND)
    assert world.wake.overdue(world.rows.statuses(), 60 * SECOND) == 1
    assert world.messages() == [WorkMessage(WorkKind.RECONCILE, "argocd/shop", wake.token, "00-t")]
