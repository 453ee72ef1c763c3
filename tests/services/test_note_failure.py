"""Why a message failed, known on the day that it is given up."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.adapters.memory.document_store import MemoryDocumentStore
from shared.errors import InvalidRequestError, UnavailableError
from shared.log import bind
from shared.ports.document_store import Document
from shared.services.note_failure import NoteFailure
from shared.services.poison_rows import PoisonRows
from tests.services.worlds import SHOP, Engine, engine, synced_engine

TRACE = "ab" * 16


def bug(world: Engine) -> str:
    """Have the next look at `shop` meet a bug; return the message that met it."""
    world.cluster.refusals = {"get ConfigMap shop/greeting": ValueError("canary: s3cret")}
    world.wake(SHOP, "refresh", traceparent=f"00-{TRACE}-{TRACE[:16]}-01")
    (message,) = world.queue.peek()
    with pytest.raises(ValueError, match="canary"), bind(function="work_queue", invocation="42"):
        world.do_work(message.text)
    return message.text


def test_a_bug_is_kept_by_its_class_place_and_trace_without_what_it_says() -> None:
    world = synced_engine()
    text = bug(world)
    world.record_poison("work", text)
    (message,), _ = world.messages.page(10)
    reason = message.reason
    assert reason is not None
    assert (reason.error, reason.message) == ("ValueError", "")
    assert (reason.function, reason.invocation, reason.trace) == ("work_queue", "42", TRACE)
    assert reason.where.startswith("shared.services.")
    rows = [row.body for row in world.ports.documents.scan("poison").documents]
    assert "s3cret" not in str(rows)


def test_an_error_of_ours_is_kept_with_what_it_says() -> None:
    world = engine()
    with pytest.raises(InvalidRequestError):
        world.receive_event("nonsense")
    world.record_poison("events", "nonsense")
    (message,), _ = world.messages.page(10)
    assert message.reason is not None
    assert (message.reason.error, message.reason.message) == (
        "InvalidRequestError",
        "Event message: is no JSON",
    )


def test_what_was_mended_before_it_was_given_up_is_forgotten_after_a_day() -> None:
    world = engine()
    for text in ("one", "two"):
        with pytest.raises(InvalidRequestError):
            world.receive_event(text)
        world.clock.advance(timedelta(days=1, seconds=1))
    assert len(world.ports.documents.scan("failures").documents) == 1


class AwayDocuments(MemoryDocumentStore):
    def get(self, partition: str, key: str) -> Document | None:
        raise UnavailableError("the store is away")


def test_a_store_that_is_away_hides_no_error() -> None:
    note = NoteFailure(PoisonRows(AwayDocuments()), engine().clock)
    with pytest.raises(ValueError, match="the bug"), note("work", "text"):
        raise ValueError("the bug")
