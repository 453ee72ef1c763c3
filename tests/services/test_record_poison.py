"""Messages that the queue gave up."""

from __future__ import annotations

from tests.services.worlds import engine


def test_a_message_is_kept_with_its_queue_and_time() -> None:
    world = engine()
    world.record_poison("work", '{"v": 1}')
    world.record_poison("events", "no json at all: größer")
    rows = world.ports.documents.scan("poison").documents
    assert {(row.body["queue"], row.body["text"]) for row in rows} == {
        ("work", '{"v": 1}'),
        ("events", "no json at all: größer"),
    }
    assert {row.body["at"] for row in rows} == {"2026-01-01T12:00:00+00:00"}
