"""The door of Event Grid's webhook: who is believed, what is handed on, and the handshake."""

from __future__ import annotations

import json

import azure.functions as func
import pytest

from functions import event_grid_webhook
from shared.domain.access.secret_text import SecretText
from tests.functions.doors import Output, functions_of, http_request, user_function
from tests.services.worlds import engine

SECRET = "grid-secret-that-nobody-sees"
EVENTS = [{"eventType": "Microsoft.KeyVault.SecretNewVersionCreated", "data": {"Id": "x"}}]


def told(body: object, **headers: str) -> tuple[func.HttpResponse, str | None]:
    """The answer and the message for the queue."""
    world = engine(event_grid_secrets=(SecretText(SECRET),))
    door = user_function(event_grid_webhook.blueprint(world.read_grid), "event_grid_webhook")
    sent, output = {"Authorization": f"Bearer {SECRET}", **headers}, Output()
    request = http_request("POST", "/api/eventgrid", json.dumps(body).encode(), sent)
    return door(request, output), output.value


def test_events_go_into_the_queue() -> None:
    answer, message = told(EVENTS)
    assert answer.status_code == 200
    assert json.loads(message or "") == EVENTS


def test_a_handshake_is_answered_and_nothing_queued() -> None:
    answer, message = told(
        [{"data": {"validationCode": "c0de"}}], **{"aeg-event-type": "SubscriptionValidation"}
    )
    assert json.loads(answer.get_body()) == {"validationResponse": "c0de"}
    assert message is None


@pytest.mark.parametrize("authorization", ["", "Bearer guess"])
def test_a_stranger_is_refused_and_nothing_queued(authorization: str) -> None:
    answer, message = told(EVENTS, Authorization=authorization)
    assert (answer.status_code, message) == (401, None)
    assert SECRET.encode() not in answer.get_body()


def test_the_queue_is_that_of_event_grid() -> None:
    function = functions_of(event_grid_webhook.blueprint(engine().read_grid))["event_grid_webhook"]
    found = json.loads(str(function))["bindings"]
    assert {each.get("queueName") or each.get("route") for each in found} >= {"event-grid", "api/eventgrid"}
