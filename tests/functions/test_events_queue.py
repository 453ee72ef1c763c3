"""The events queue's door hands the text of a message on, and lets errors through."""

from __future__ import annotations

import azure.functions as func
import pytest
from azure.functions.queue import QueueMessage

from functions import events_queue
from shared.domain.events.git_push import GitPush
from shared.errors import InvalidRequestError
from tests.functions.doors import binding, functions_of, user_function
from tests.services.worlds import REPO, SHOP, config_map, synced_engine


def door(blueprint: func.Blueprint, text: str) -> None:
    user_function(blueprint, "events_queue")(QueueMessage(id="1", body=text))


def test_a_push_wakes_the_application_that_it_touches() -> None:
    world = synced_engine()
    push = world.push({"shop/greeting.yaml": config_map("greeting", "bye")})
    door(events_queue.blueprint(world.receive_event), push.to_message())
    assert world.status().wake.reasons == ("push",)


def test_a_push_to_a_repository_that_nobody_reads_wakes_nobody() -> None:
    world = synced_engine()
    push = GitPush(f"{REPO}-other", "refs/heads/main", "a" * 40, "b" * 40, "main", None, "1")
    door(events_queue.blueprint(world.receive_event), push.to_message())
    assert not world.status(SHOP).wake.token


@pytest.mark.parametrize("text", ["", "{", "[]", '{"v": 1, "kind": "else"}', '{"v": 2, "kind": "git_push"}'])
def test_a_message_that_is_not_ours_fails_and_so_gets_to_the_poison_queue(text: str) -> None:
    with pytest.raises(InvalidRequestError):
        door(events_queue.blueprint(synced_engine().receive_event), text)


def test_the_door_listens_to_the_queue_events() -> None:
    found = functions_of(events_queue.blueprint(lambda text: None))["events_queue"]
    assert binding(found, "in")["queueName"] == "events"
