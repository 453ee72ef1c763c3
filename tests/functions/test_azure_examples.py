"""The bodies of Azure's documentation, played through the doors of registry and Event Grid."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from azure.functions.queue import QueueMessage

from functions import acr_webhook, event_grid, event_grid_webhook
from shared.domain.access.secret_text import SecretText
from shared.domain.events.image_push import ImagePush
from shared.errors import InvalidRequestError
from tests.functions.azure_bodies import EVENTS, PUSH, REGISTRY, VAULT, WEBHOOKS, as_cloud_event, vault_event
from tests.functions.doors import Output, http_request, user_function
from tests.services.image_worlds import image_world
from tests.services.secret_worlds import data_of, external, gets, secrets_engine, store
from tests.services.worlds import Engine, engine
from tests.webhook_examples.examples import fields_of, replaced, without

SECRET = "registry-secret-that-nobody-sees"
SCHEMAS = [lambda event: event, lambda event: [event], as_cloud_event, lambda event: [as_cloud_event(event)]]
SCHEMA_NAMES = ["event", "list", "cloud event", "list of cloud events"]
TWISTS: list[object] = [None, True, 5, -1.5, "", "text", [], [None], {}, {"a": {}}, ["text", 5, {}]]
NEEDED = {("target",), ("request",), ("request", "host"), ("target", "repository")}
Told = tuple[int, str, str | None]


@pytest.fixture(scope="module")
def registry_knocks() -> Callable[..., Told]:
    """Send one body to `/api/acr`: (status, text of the answer, message for the queue)."""
    world = engine(acr_secrets=(SecretText(SECRET),))
    door = user_function(acr_webhook.blueprint(world.read_acr), "acr_webhook")

    def send(body: object, secret: str = SECRET) -> Told:
        queued, headers = Output(), {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        answer = door(http_request("POST", "/api/acr", json.dumps(body).encode(), headers), queued)
        return answer.status_code, answer.get_body().decode(), queued.value

    return send


def taker(world: Engine) -> Callable[[object], None]:
    """The door of the queue `event-grid`."""
    door = user_function(event_grid.blueprint(world.receive_grid_events), "event_grid")
    return lambda event: door(QueueMessage(id="1", body=json.dumps(event)))


# The registry's webhook


@pytest.mark.parametrize("action", WEBHOOKS)
def test_of_a_registrys_webhooks_only_a_push_is_queued_and_the_others_are_told_why(
    registry_knocks: Callable[..., Told], action: str
) -> None:
    status, text, message = registry_knocks(WEBHOOKS[action])
    assert (status, bool(message)) == ((202, True) if action == "push" else (200, False))
    assert action == "push" or action in json.loads(text)["message"]
    assert registry_knocks(WEBHOOKS[action], secret="guessed")[::2] == (401, None)


def test_without_a_field_a_registrys_push_is_refused_ignored_or_the_same(
    registry_knocks: Callable[..., Told],
) -> None:
    for path in fields_of(PUSH):
        status, text, message = registry_knocks(without(PUSH, path))
        if path in NEEDED:
            assert (status, message) == (400, None), path
            assert json.loads(text)["message"].startswith("ACR webhook: push "), path
        elif path in {("action",), ("target", "tag")}:
            assert (status, message) == (200, None), path
        else:
            said = ImagePush.from_message(str(message))
            assert (status, said.host, said.repository, said.tag) == (202, REGISTRY, "shop", "1.1.0"), path


def test_with_anything_in_place_of_a_field_a_registrys_webhook_is_refused_ignored_or_taken(
    registry_knocks: Callable[..., Told],
) -> None:
    take = engine().receive_event
    for body in WEBHOOKS.values():
        for path in fields_of(body):
            for value in TWISTS:
                status, text, message = registry_knocks(replaced(body, path, value))
                assert status in (200, 202, 400), (path, value)
                assert bool(message) == (status == 202), (path, value)
                assert status == 202 or json.loads(text)["message"], (path, value)
                if message:
                    take(message)


# Event Grid's queue


@pytest.mark.parametrize("schema", SCHEMAS, ids=SCHEMA_NAMES)
def test_a_pushed_image_reaches_git_and_no_other_event_of_a_registry_does(
    schema: Callable[[Any], object],
) -> None:
    with image_world() as world:
        take = taker(world.engine)
        world.registry.seed("shop", "1.1.0")
        for name in ("ImageDeleted", "ChartPushed", "ChartDeleted"):
            take(schema(EVENTS[f"ContainerRegistry.{name}"]))
        assert world.engine.run_due() == 0
        take(schema(EVENTS["ContainerRegistry.ImagePushed"]))
        world.run()
        assert world.tag() == "1.1.0"


@pytest.mark.parametrize("schema", SCHEMAS, ids=SCHEMA_NAMES)
def test_a_new_version_reaches_the_cluster_and_no_other_event_of_a_vault_reads_a_value(
    schema: Callable[[Any], object],
) -> None:
    world = secrets_engine(store(), external())
    take = taker(world)
    world.vaults.put(VAULT, "api-key", "sk-two")
    world.vaults.calls.clear()
    for name in EVENTS:
        if name.startswith("KeyVault.") and not name.endswith("NewVersionCreated"):
            take(schema(EVENTS[name]))
    take(schema(EVENTS["KeyVault.KeyNewVersionCreated"]))
    take(schema(vault_event("SecretNewVersionCreated", "nobody-reads-this")))
    assert world.run_due() == 0
    take(schema(EVENTS["KeyVault.SecretNewVersionCreated"]))
    world.run_for(5)
    assert gets(world) == ["get api-key"]
    assert (data_of(world) or {})["API_KEY"] == "sk-two"


def test_a_new_version_of_a_certificate_is_one_of_the_secret_of_its_name() -> None:
    world = secrets_engine(store(), external())
    world.vaults.put(VAULT, "api-key", "renewed")
    taker(world)(EVENTS["KeyVault.CertificateNewVersionCreated"])
    world.run_for(5)
    assert (data_of(world) or {})["API_KEY"] == "renewed"


@pytest.mark.parametrize("name", EVENTS)
def test_a_twisted_event_is_taken_or_goes_to_the_poison_queue_with_the_reason(name: str) -> None:
    """Event Grid writes no such message; a wrong subscription, or a person, may."""
    world = secrets_engine(store(), external())
    take = taker(world)
    for schema in (lambda event: event, as_cloud_event):
        event = schema(EVENTS[name])
        paths = list(fields_of(event))
        for twisted in [
            *(without(event, path) for path in paths),
            *(replaced(event, path, value) for path in paths for value in TWISTS),
        ]:
            with suppress(InvalidRequestError):
                take(twisted)


# Event Grid by HTTP


@pytest.mark.parametrize("name", EVENTS)
def test_what_event_grid_delivers_by_http_comes_into_the_queue_as_it_was(name: str) -> None:
    world, queued = engine(event_grid_secrets=(SecretText(SECRET),)), Output()
    door = user_function(event_grid_webhook.blueprint(world.read_grid), "event_grid_webhook")
    headers = {"Authorization": f"Bearer {SECRET}", "aeg-event-type": "Notification"}
    answer = door(
        http_request("POST", "/api/eventgrid", json.dumps([EVENTS[name]]).encode(), headers), queued
    )
    assert (answer.status_code, json.loads(str(queued.value))) == (200, [EVENTS[name]])


def test_event_grids_base64_is_taken_off_where_the_platform_did_not() -> None:
    world = secrets_engine(store(), external())
    world.vaults.put(VAULT, "api-key", "sk-two")
    text = json.dumps(EVENTS["KeyVault.SecretNewVersionCreated"])
    world.receive_grid_events(base64.b64encode(text.encode()).decode())
    world.run_for(5)
    assert (data_of(world) or {})["API_KEY"] == "sk-two"
