"""Messages that the queue gave up, and why."""

from __future__ import annotations

from datetime import timedelta

from shared.ports.document_store import Document
from tests.services.worlds import engine


def test_a_message_is_kept_with_its_queue_and_time() -> None:
    world = engine()
    world.record_poison("work", '{"v": 1}')
    world.record_poison("events", "no json at all: größer")
    kept, _ = world.messages.page(10)
    assert {(message.queue, message.text, message.count) for message in kept} == {
        ("work", '{"v": 1}', 1),
        ("events", "no json at all: größer", 1),
    }
    assert {message.first_at for message in kept} == {world.clock.now()}


def test_the_same_message_given_up_again_is_one_with_a_count() -> None:
    world = engine()
    first = world.clock.now()
    world.record_poison("work", '{"v": 1}')
    world.clock.advance(timedelta(minutes=3))
    world.record_poison("work", '{"v": 1}')
    (message,), _ = world.messages.page(10)
    assert (message.count, message.first_at, message.last_at) == (2, first, world.clock.now())


def test_a_row_of_the_first_version_can_be_read_and_deleted() -> None:
    world = engine()
    body = {"queue": "work", "text": "x", "at": "2026-01-01T11:00:00+00:00"}
    world.ports.documents.put(Document("poison", "2026-01-01T11:00:00+00:00-abc", body))
    (message,), _ = world.messages.page(10)
    assert (message.text, message.count, message.last_at.hour) == ("x", 1, 11)
    world.messages.delete(message.id, who="alice")
    assert world.messages.page(10) == ([], "")
