"""What Event Grid puts into a queue."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from sandbox.registry.events import cloud_event, grid_event, push_body
from sandbox.registry.store import OCI_MANIFEST, Manifest
from shared.domain.events.event_grid import IMAGE_PUSHED, image_push_of, read_grid_events
from shared.errors import InvalidRequestError

BODY = push_body("myacr.azurecr.io", "team/shop", "1.0.0", Manifest(OCI_MANIFEST, b"{}"))


def encoded(event: Any) -> str:
    return base64.b64encode(json.dumps(event).encode()).decode()


@pytest.mark.parametrize("event", [grid_event(BODY), cloud_event(BODY), [grid_event(BODY)]])
@pytest.mark.parametrize("write", [json.dumps, encoded])
def test_both_schemas_are_read_in_base64_or_with_that_taken_off(event: Any, write: Any) -> None:
    (found,) = read_grid_events(write(event))
    assert (found.type, found.subject) == (IMAGE_PUSHED, "team/shop:1.0.0")
    assert found.source.endswith("/registries/myacr")
    push = image_push_of(found)
    assert push is not None
    assert (push.host, push.repository, push.tag, push.event) == (
        "myacr.azurecr.io",
        "team/shop",
        "1.0.0",
        BODY["id"],
    )


def test_the_old_short_name_is_the_same_type() -> None:
    (found,) = read_grid_events(json.dumps(grid_event(BODY) | {"eventType": "ImagePushed"}))
    assert found.type == IMAGE_PUSHED


def test_events_of_other_services_are_read_too() -> None:
    event = {"id": "1", "eventType": "Microsoft.KeyVault.SecretNewVersionCreated", "data": {"VaultName": "v"}}
    (found,) = read_grid_events(json.dumps(event))
    assert (found.type, found.data) == ("Microsoft.KeyVault.SecretNewVersionCreated", {"VaultName": "v"})


@pytest.mark.parametrize(
    "text", ["", "{", "not base64!", encoded(5), "[5]", "{}", '{"eventType": 5}', encoded([[]])]
)
def test_what_it_does_not_send_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequestError, match="Event Grid event"):
        read_grid_events(text)
