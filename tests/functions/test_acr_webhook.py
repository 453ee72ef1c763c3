"""The registry's door: who is believed, what is handed on, and what senders are told."""

from __future__ import annotations

import json

import azure.functions as func
import pytest

from functions import acr_webhook
from sandbox.registry.events import delete_body, ping_body, push_body
from sandbox.registry.store import OCI_MANIFEST, Manifest
from shared.domain.access.secret_text import SecretText
from shared.domain.events.acr import PAYLOAD_LIMIT_BYTES
from shared.domain.events.image_push import ImagePush
from tests.functions.doors import Output, binding, functions_of, http_request, user_function
from tests.services.worlds import engine

SECRET = "registry-secret-that-nobody-sees"
PUSH = json.dumps(push_body("myacr.azurecr.io", "shop", "1.0.0", Manifest(OCI_MANIFEST, b"{}"))).encode()


def told(body: bytes, sent: str = f"Bearer {SECRET}") -> tuple[func.HttpResponse, str | None]:
    world, event = engine(acr_secrets=(SecretText(SECRET),)), Output()
    door = user_function(acr_webhook.blueprint(world.read_acr), "acr_webhook")
    return door(http_request("POST", "/api/acr", body, {"Authorization": sent}), event), event.value


def test_a_push_is_handed_on_as_one_small_message_and_answered_202() -> None:
    answer, message = told(PUSH)
    assert answer.status_code == 202
    assert message is not None
    assert ImagePush.from_message(message).tag == "1.0.0"


@pytest.mark.parametrize("body", [ping_body(), delete_body("myacr.azurecr.io", "shop", "sha256:ab")])
def test_what_is_no_push_is_answered_200_and_hands_nothing_on(body: dict[str, object]) -> None:
    answer, message = told(json.dumps(body).encode())
    assert (answer.status_code, message) == (200, None)


@pytest.mark.parametrize(
    ("body", "sent", "status"),
    [
        (PUSH, "", 401),
        (PUSH, "Bearer guessed", 401),
        (b"{", f"Bearer {SECRET}", 400),
        (b"x" * (PAYLOAD_LIMIT_BYTES + 1), f"Bearer {SECRET}", 413),
    ],
)
def test_a_refusal_has_its_status_and_no_secret(body: bytes, sent: str, status: int) -> None:
    answer, message = told(body, sent)
    assert (answer.status_code, message) == (status, None)
    assert SECRET not in answer.get_body().decode()


def test_the_door_is_at_api_acr_and_feeds_the_queue_of_events() -> None:
    found = functions_of(acr_webhook.blueprint(lambda headers, body: (None, "")))["acr_webhook"]
    assert binding(found, "in")["route"] == "api/acr"
    outputs = [each for each in json.loads(str(found))["bindings"] if each["type"] == "queue"]
    assert [each["queueName"] for each in outputs] == ["events"]
