"""The work queue's door does one message."""

from __future__ import annotations

import pytest
from azure.functions.queue import QueueMessage

from functions import work_queue
from shared.errors import InvalidRequestError
from tests.functions.doors import binding, functions_of, user_function
from tests.services.worlds import engine


def test_a_message_is_one_turn_of_its_application() -> None:
    world = engine()
    world.add()
    (message,) = world.queue.peek()
    user_function(work_queue.blueprint(world.do_work), "work_queue")(QueueMessage(body=message.text))
    assert world.state() == ("Synced", "Healthy")


@pytest.mark.parametrize(
    "text", ["", "{}", '{"v": 9, "kind": "reconcile", "subject": "a/b", "token": "t"}', '{"v": 1}']
)
def test_a_message_that_is_not_ours_fails_and_so_gets_to_the_poison_queue(text: str) -> None:
    with pytest.raises(InvalidRequestError):
        user_function(work_queue.blueprint(engine().do_work), "work_queue")(QueueMessage(body=text))


def test_the_door_listens_to_the_queue_work() -> None:
    found = functions_of(work_queue.blueprint(lambda text: None))["work_queue"]
    assert binding(found, "in")["queueName"] == "work"
