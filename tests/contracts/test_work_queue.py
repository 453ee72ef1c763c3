"""The promises of the work_queue and queue_receiver ports, kept by each adapter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from shared.adapters.azure.work_queue import AzureWorkQueue
from shared.adapters.memory.work_queue import MemoryQueues, MemoryWorkQueue
from shared.adapters.sqlite.database import SqliteDatabase
from shared.adapters.sqlite.work_queue import SqliteWorkQueue
from shared.adapters.system.clock import FixedClock, SystemClock
from shared.errors import PayloadTooLargeError
from shared.ports.clock import Clock
from shared.ports.queue_receiver import ReceivedMessage
from tests.azurite.clock import AzuriteClock

Local = SqliteWorkQueue | MemoryWorkQueue
Adapter = Local | AzureWorkQueue
LocalQueues = Callable[[str], Local]
Queues = Callable[[str], Adapter]
World = Callable[[Clock], Queues]


@pytest.fixture(params=["sqlite", "memory", "azure"])
def technology(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def world(request: pytest.FixtureRequest, technology: str, tmp_path: Path) -> Iterator[World]:
    if technology == "azure":
        account, name = request.getfixturevalue("storage"), request.getfixturevalue("own_name")
        yield lambda _: lambda queue: AzureWorkQueue(account, f"{name}-{queue}")
        return
    yield from local_world(technology, tmp_path)


def local_world(technology: str, folder: Path) -> Iterator[Callable[[Clock], LocalQueues]]:
    if technology == "memory":
        yield MemoryQueues
        return
    database = SqliteDatabase(folder / "store.db")
    yield lambda clock: partial(SqliteWorkQueue, database, clock=clock)
    database.close()


@pytest.fixture
def clock(request: pytest.FixtureRequest, technology: str) -> Iterator[FixedClock]:
    """The clock by which messages are due: on Azure it is the service's."""
    if technology != "azure":
        yield FixedClock()
        return
    with closing(AzuriteClock(request.getfixturevalue("azurite"))) as clock:
        yield clock


@pytest.fixture
def queues(world: World, clock: FixedClock) -> Queues:
    return world(clock)


@pytest.fixture
def queue(queues: Queues) -> Adapter:
    return queues("work")


@pytest.fixture
def local_clock() -> FixedClock:
    return FixedClock()


@pytest.fixture(params=["sqlite", "memory"])
def local_queues(
    request: pytest.FixtureRequest, tmp_path: Path, local_clock: FixedClock
) -> Iterator[LocalQueues]:
    """What only the embedded home promises: it alone sees into its queues."""
    for world in local_world(request.param, tmp_path):
        yield world(local_clock)


@pytest.fixture
def local(local_queues: LocalQueues) -> Local:
    return local_queues("work")


def received(queue: Adapter, visibility_seconds: float = 30) -> ReceivedMessage:
    message = queue.receive(visibility_seconds)
    assert message is not None
    return message


def later(clock: FixedClock, seconds: float) -> None:
    clock.advance(timedelta(seconds=seconds))


def test_a_message_is_received_once_and_completed(queue: Adapter) -> None:
    queue.send('{"subject": "argocd/ü水"}')
    message = received(queue)
    assert (message.text, message.dequeue_count) == ('{"subject": "argocd/ü水"}', 1)
    assert queue.receive(30) is None
    assert queue.complete(message)
    assert queue.length() == 0
    assert not queue.complete(message)


def test_messages_come_in_the_order_in_which_they_are_due(local: Local, local_clock: FixedClock) -> None:
    queue, clock = local, local_clock  # Storage queues promise no order
    queue.send("late", timedelta(seconds=10))
    queue.send("1")
    queue.send("2")
    later(clock, 5)
    queue.send("3")
    later(clock, 5)
    assert [received(queue).text for _ in range(4)] == ["1", "2", "3", "late"]


def test_queues_do_not_mix(queues: Queues) -> None:
    queues("events").send("event")
    assert queues("work").receive(30) is None
    assert received(queues("events")).text == "event"


def test_a_delayed_message_is_not_due_before_its_time(queue: Adapter, clock: FixedClock) -> None:
    queue.send("later", timedelta(seconds=10))
    assert queue.receive(30) is None
    assert queue.length() == 1
    later(clock, 9.99)
    assert queue.receive(30) is None
    later(clock, 0.01)
    assert received(queue).text == "later"


@pytest.mark.parametrize("delay", [timedelta(days=7, microseconds=1), timedelta(seconds=-1)])
def test_a_delay_is_between_now_and_seven_days(queue: Adapter, delay: timedelta) -> None:
    with pytest.raises(ValueError, match="7 days"):
        queue.send("x", delay)
    queue.send("x", timedelta(days=7))
    assert queue.length() == 1


def test_a_claim_that_is_not_ended_ends_by_the_clock(queue: Adapter, clock: FixedClock) -> None:
    queue.send("x")
    first = received(queue, 30)
    later(clock, 30)
    second = received(queue, 30)
    assert (second.id, second.dequeue_count) == (first.id, 2)
    assert second.receipt != first.receipt


def test_whose_claim_was_lost_can_do_nothing_to_the_message(queue: Adapter, clock: FixedClock) -> None:
    queue.send("x")
    lost = received(queue, 30)
    later(clock, 30)
    current = received(queue, 30)
    assert not queue.complete(lost)
    assert not queue.abandon(lost)
    assert not queue.extend(lost, 60)
    assert not queue.poison(lost)
    assert not queue.complete(replace(lost, receipt=""))
    assert queue.complete(current)


def test_an_extended_claim_lasts_from_now(queue: Adapter, clock: FixedClock) -> None:
    queue.send("x")
    message = received(queue, 30)
    later(clock, 20)
    assert queue.extend(message, 30)
    later(clock, 29)
    assert queue.receive(30) is None
    assert queue.complete(message)


def test_an_abandoned_message_comes_again_after_its_delay(queue: Adapter, clock: FixedClock) -> None:
    queue.send("x")
    assert queue.abandon(received(queue, 600), timedelta(seconds=30))
    assert queue.receive(30) is None
    later(clock, 30)
    again = received(queue)
    assert again.dequeue_count == 2
    assert queue.abandon(again)
    assert received(queue).dequeue_count == 3


def test_poison_moves_the_message(queues: Queues, queue: Adapter) -> None:
    queue.send("bad")
    assert queue.poison(received(queue), "ZeroDivisionError: division by zero")
    assert queue.length() == 0
    moved = received(queues("work-poison"))
    assert (moved.text, moved.dequeue_count) == ("bad", 1)


def test_a_lost_claim_poisons_nothing(queues: Queues, queue: Adapter, clock: FixedClock) -> None:
    queue.send("bad")
    lost = received(queue, 30)
    later(clock, 30)
    assert received(queue, 30).dequeue_count == 2
    assert not queue.poison(lost)
    assert queues("work-poison").length() == 0


def test_an_extended_claim_is_still_the_claim_of_who_received_it(queue: Adapter, clock: FixedClock) -> None:
    queue.send("x")
    message = received(queue, 10)
    for _ in range(3):
        later(clock, 9)
        assert queue.extend(message, 10)
    later(clock, 9)
    assert queue.receive(30) is None
    assert queue.complete(message)
    assert queue.length() == 0


def test_a_claim_that_ends_while_it_is_extended_is_ended(queue: Adapter) -> None:
    for number in range(8):
        queue.send(str(number))
    messages = [received(queue, 60) for _ in range(8)]
    with ThreadPoolExecutor(16) as pool:
        extended = [pool.submit(queue.extend, message, 60) for message in messages]
        completed = [pool.submit(queue.complete, message) for message in messages]
        assert all(done.result() for done in completed)
        assert all(isinstance(done.result(), bool) for done in extended)
    assert queue.length() == 0


def test_a_message_that_nobody_completes_comes_again_and_again(queue: Adapter, clock: FixedClock) -> None:
    queue.send("x")
    counts = []
    for _ in range(6):
        counts.append(received(queue, 30).dequeue_count)
        later(clock, 30)
    assert counts == [1, 2, 3, 4, 5, 6]


def test_poison_keeps_its_hint(local_queues: LocalQueues) -> None:
    queue = local_queues("work")
    queue.send("bad")
    assert queue.poison(received(queue), "ZeroDivisionError: division by zero")
    (lying,) = local_queues("work-poison").peek()
    assert (lying.text, lying.hint) == ("bad", "ZeroDivisionError: division by zero")


def test_48_kib_fit_and_one_byte_more_does_not(queue: Adapter) -> None:
    queue.send("水" * (16 * 1024))
    with pytest.raises(PayloadTooLargeError, match=r"work.*49153 bytes"):
        queue.send("x" * (48 * 1024 + 1))
    assert queue.length() == 1


def test_peek_claims_nothing(local: Local, local_clock: FixedClock) -> None:
    queue, clock = local, local_clock
    queue.send("late", timedelta(seconds=5))
    queue.send("now")
    assert [(m.text, m.dequeue_count, m.due_at - clock.now()) for m in queue.peek()] == [
        ("now", 0, timedelta(0)),
        ("late", 0, timedelta(seconds=5)),
    ]
    assert len(queue.peek(1)) == 1
    assert received(queue).dequeue_count == 1


def test_a_queue_tells_how_long_who_is_due_has_waited(queue: Adapter, clock: FixedClock) -> None:
    assert queue.waiting() is None
    queue.send("later", timedelta(hours=1))
    assert (queue.length(), queue.waiting()) == (1, None)
    queue.send("now")
    later(clock, 40)
    waited = queue.waiting()
    assert waited is not None
    assert timedelta(seconds=39) <= waited < timedelta(minutes=5)
    received(queue)
    assert (queue.length(), queue.waiting()) == (2, None)


def test_the_oldest_age_counts_from_the_sending(local: Local, local_clock: FixedClock) -> None:
    queue, clock = local, local_clock
    assert queue.oldest_age() is None
    queue.send("x")
    later(clock, 40)
    queue.send("y")
    assert queue.abandon(received(queue))
    later(clock, 20)
    assert queue.oldest_age() == timedelta(seconds=60)


def test_a_new_start_gets_what_a_killed_process_had_claimed(local_queues: LocalQueues) -> None:
    queues, queue = local_queues, local_queues("work")
    queue.send("claimed")
    queue.send("delayed", timedelta(hours=1))
    queues("other").send("other")
    received(queue, 600)
    received(queues("other"), 600)
    assert queue.requeue_claimed() == 1
    again = received(queue)
    assert (again.text, again.dequeue_count) == ("claimed", 2)
    assert queue.receive(30) is None
    assert queues("other").receive(30) is None


def test_an_abandoned_message_with_a_delay_is_not_taken_for_a_claimed_one(local: Local) -> None:
    queue = local
    queue.send("x")
    queue.abandon(received(queue), timedelta(hours=1))
    assert queue.requeue_claimed() == 0
    assert queue.receive(30) is None


def test_each_message_goes_to_one_of_many_receivers(queue: Adapter) -> None:
    for number in range(200):
        queue.send(str(number))

    def drain(_: int) -> list[str]:
        texts = []
        while message := queue.receive(30):
            texts.append(message.text)
            assert queue.complete(message)
        return texts

    with ThreadPoolExecutor(16) as pool:
        texts = [text for drained in pool.map(drain, range(16)) for text in drained]
    assert sorted(texts, key=int) == [str(number) for number in range(200)]
    assert queue.length() == 0


def test_waiting_ends_at_once_when_something_is_due(queue: Adapter) -> None:
    queue.send("x")
    assert queue.wait(600)


def test_waiting_in_vain_ends_with_its_time(queue: Adapter) -> None:
    assert not queue.wait(0)
    queue.send("later", timedelta(hours=1))
    assert not queue.wait(0.02)


def test_a_send_wakes_who_waits_also_through_another_instance(world: World) -> None:
    queues = world(SystemClock())
    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(queues("work").wait, 60) for _ in range(4)]
        queues("work").send("x")
        assert [future.result(30) for future in waiting] == [True] * 4


def test_a_delayed_message_wakes_who_waits_when_it_is_due(world: World) -> None:
    queue = world(SystemClock())("work")
    queue.send("soon", timedelta(milliseconds=50))
    assert queue.receive(30) is None
    assert queue.wait(60)
    assert received(queue).text == "soon"


def test_a_moved_clock_wakes_who_waits(queue: Adapter, clock: FixedClock) -> None:
    queue.send("tomorrow", timedelta(days=1))
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(queue.wait, 60)
        clock.advance(timedelta(days=1))
        assert waiting.result(30)
