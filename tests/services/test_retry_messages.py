"""What the queues gave up, done again or dropped."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.domain.work.message import WorkKind, WorkMessage
from shared.domain.work.message_text import to_text
from shared.errors import InvalidRequestError, NotFoundError
from tests.services.image_worlds import image_world
from tests.services.secret_worlds import secrets_engine, state_of
from tests.services.worlds import SHOP, Engine, config_map, engine, synced_engine


def given_up(world: Engine, queue: str, text: str) -> str:
    """Have the queue give the message up; return its id."""
    world.record_poison(queue, text)
    return next(message.id for message in world.messages.page(100)[0] if message.text == text)


def left(world: Engine) -> int:
    return len(world.messages.page(100)[0])


@pytest.mark.parametrize("queue", ["events", "event-grid"])
def test_an_event_goes_back_to_its_queue_unchanged(queue: str) -> None:
    world = engine()
    id = given_up(world, queue, "größer, and no JSON")
    world.messages.retry(id, who="alice")
    assert [message.text for message in world.memory.queues(queue).peek()] == ["größer, and no JSON"]
    assert left(world) == 0


def test_a_push_that_was_given_up_is_deployed_when_it_is_retried() -> None:
    world = synced_engine()
    push = world.push({"shop/greeting.yaml": config_map("greeting", "bye")})
    world.messages.retry(given_up(world, "events", push.to_message()), who="alice")
    (message,) = world.memory.queues("events").peek()
    world.receive_event(message.text)
    world.run_for(5)
    assert world.status().revisions == (push.after,)


def test_work_is_asked_for_anew_and_what_was_asked_for_is_not_forgotten() -> None:
    world = synced_engine()
    world.wake(SHOP, "push")
    lost = world.queue.receive(30)
    assert lost is not None
    world.queue.complete(lost)
    world.messages.retry(given_up(world, "work", lost.text), who="alice")
    assert world.status().wake.reasons == ("push", "refresh")
    (message,) = world.queue.peek()
    assert message.text != lost.text
    world.run_for(5)
    assert world.status().wake.token == ""


def test_an_old_message_of_work_cannot_be_played_again() -> None:
    world = synced_engine()
    old = to_text(WorkMessage(WorkKind.RECONCILE, str(SHOP), "a token of long ago"))
    world.messages.retry(given_up(world, "work", old), who="alice")
    (message,) = world.queue.peek()
    assert "long ago" not in message.text


def test_a_secret_is_refreshed_whole() -> None:
    world = secrets_engine()
    (stored,) = world.secret_rows.all()
    before = state_of(world).tried_at
    text = to_text(WorkMessage(WorkKind.SECRET, str(stored.ref), "x"))
    world.messages.retry(given_up(world, "work", text), who="alice")
    world.run_for(5)
    assert state_of(world).tried_at != before


def test_images_are_all_looked_at() -> None:
    with image_world() as world:
        subject = "github.com/my-org/shop@main"
        world.registry.seed("shop", "1.1.0")  # and its event was lost
        text = to_text(WorkMessage(WorkKind.IMAGES, subject, "x"))
        world.engine.messages.retry(given_up(world.engine, "work", text), who="alice")
        world.run()
        assert world.tag() == "1.1.0"


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        (WorkKind.RECONCILE, "argocd/gone"),
        (WorkKind.SECRET, "uid/shop/gone"),
        (WorkKind.IMAGES, "github.com/my-org/gone@main"),
    ],
)
def test_what_is_gone_is_said_and_nothing_is_made_of_it(kind: WorkKind, subject: str) -> None:
    world = engine()
    id = given_up(world, "work", to_text(WorkMessage(kind, subject, "x")))
    with pytest.raises(NotFoundError, match=r"is gone.*Delete it"):
        world.messages.retry(id, who="alice")
    assert left(world) == 1
    assert world.queue.length() == 0
    assert list(world.rows.statuses()) == []


@pytest.mark.parametrize(("queue", "text"), [("work", "no work"), ("elsewhere", "x")])
def test_what_nobody_could_do_stays_until_it_is_deleted(queue: str, text: str) -> None:
    world = engine()
    id = given_up(world, queue, text)
    with pytest.raises(InvalidRequestError):
        world.messages.retry(id, who="alice")
    assert left(world) == 1
    world.messages.delete(id, who="alice")
    assert left(world) == 0


def test_each_is_in_the_audit_log_and_an_unknown_one_is_not_found() -> None:
    world = engine()
    one, two = (given_up(world, "events", text) for text in ("one", "two"))
    world.messages.retry(one, who="alice")
    world.clock.advance(timedelta(seconds=1))
    world.messages.delete(two, who="bob")
    audited = [(entry.who, entry.what, entry.subject) for entry in world.audit.entries()[0]]
    assert audited == [
        ("alice", "message.retry", f"events/{one}"),
        ("bob", "message.delete", f"events/{two}"),
    ]
    for call in (world.messages.retry, world.messages.delete):
        with pytest.raises(NotFoundError, match="there is none"):
            call(one, who="alice")
