"""The queue of Event Grid: who takes which type."""

from __future__ import annotations

import json

import pytest
from azure.functions.queue import QueueMessage

from functions import event_grid
from shared.errors import InvalidRequestError
from tests.functions.doors import binding, functions_of, user_function
from tests.services.image_worlds import image_world


def told(world: object, text: str) -> None:
    receive = world.receive_grid_events  # type: ignore[attr-defined]
    user_function(event_grid.blueprint(receive), "event_grid")(QueueMessage(id="1", body=text))


def test_a_pushed_image_is_looked_at() -> None:
    with image_world() as world:
        world.registry.add_event_queue(lambda text: told(world.engine, text))
        world.registry.push("shop", "1.1.0")
        world.run()
        assert world.tag() == "1.1.0"


def test_a_type_that_nobody_reads_is_ignored() -> None:
    with image_world() as world:
        told(world.engine, json.dumps({"id": "1", "eventType": "Microsoft.Maps.GeofenceEntered", "data": {}}))
        assert world.commits() == []


def test_what_event_grid_does_not_send_fails_and_so_gets_to_the_poison_queue() -> None:
    with image_world() as world, pytest.raises(InvalidRequestError):
        told(world.engine, "{")


def test_the_door_listens_to_the_queue_of_event_grid() -> None:
    found = functions_of(event_grid.blueprint(lambda text: None))["event_grid"]
    assert binding(found, "in")["queueName"] == "event-grid"
