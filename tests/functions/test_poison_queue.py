"""What met a bug too often is kept, with the queue that it came from."""

from __future__ import annotations

import pytest
from azure.functions.queue import QueueMessage

from functions import poison_queue
from tests.functions.doors import binding, functions_of, user_function
from tests.services.worlds import engine


@pytest.mark.parametrize("queue", ["work", "events", "event-grid"])
def test_a_poisoned_message_is_kept_whole(queue: str) -> None:
    world = engine()
    text = '{"anything": "at all"}'
    user_function(poison_queue.blueprint(world.record_poison), f"{queue.replace('-', '_')}_poison")(
        QueueMessage(body=text)
    )
    (kept,), _ = world.messages.page(10)
    assert (kept.queue, kept.text) == (queue, text)


def test_a_message_that_is_no_text_is_kept_as_far_as_it_is_one() -> None:
    world = engine()
    user_function(poison_queue.blueprint(world.record_poison), "events_poison")(
        QueueMessage(body=b"broken \xff bytes")
    )
    (kept,), _ = world.messages.page(10)
    assert kept.text == "broken \ufffd bytes"


@pytest.mark.parametrize("queue", ["work", "events", "event-grid"])
def test_the_doors_listen_to_the_queues_that_the_platform_fills(queue: str) -> None:
    found = functions_of(poison_queue.blueprint(lambda queue, text: None))[
        f"{queue.replace('-', '_')}_poison"
    ]
    assert binding(found, "in")["queueName"] == f"{queue}-poison"
