"""A registry's webhook: who is believed, and what is read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.registry.events import delete_body, ping_body, push_body
from sandbox.registry.store import OCI_MANIFEST, Manifest
from shared.domain.access.secret_text import SecretText
from shared.domain.events.acr import PAYLOAD_LIMIT_BYTES, read_acr_event
from shared.domain.events.github import Ignored, Ping
from shared.domain.events.image_push import ImagePush
from shared.errors import InvalidRequestError, PayloadTooLargeError, UnauthenticatedError

SECRETS = (SecretText("the-old-one"), SecretText("the-new-one"), SecretText(""))
MANIFEST = Manifest(OCI_MANIFEST, b"{}")
PUSH = push_body("myacr.azurecr.io", "team/shop", "1.0.0", MANIFEST)


def told(body: Any, authorization: str = "Bearer the-new-one") -> ImagePush | Ping | Ignored:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_acr_event({"Authorization": authorization}, data, SECRETS)


@pytest.mark.parametrize("sent", ["the-old-one", "Bearer the-new-one", "bearer the-old-one"])
def test_both_secrets_are_valid_bare_or_as_a_bearer(sent: str) -> None:
    push = told(PUSH, sent)
    assert isinstance(push, ImagePush)
    assert (push.host, push.repository, push.tag, push.digest) == (
        "myacr.azurecr.io",
        "team/shop",
        "1.0.0",
        MANIFEST.digest,
    )


@pytest.mark.parametrize(
    "sent", ["", "Bearer", "Bearer ", "the-new-one ", "Basic the-new-one", "guessed", "é"]
)
def test_another_secret_or_none_is_refused_before_the_body_is_read(sent: str) -> None:
    with pytest.raises(UnauthenticatedError) as caught:
        told(b"{", sent)
    assert "the-new-one" not in str(caught.value)


@pytest.mark.parametrize("secrets", [(), (SecretText(""),)])
def test_without_a_secret_nobody_is_believed(secrets: tuple[SecretText, ...]) -> None:
    with pytest.raises(UnauthenticatedError, match="TIDEGATE_ACR_WEBHOOK_SECRETS"):
        read_acr_event({"authorization": ""}, b"{}", secrets)


def test_a_ping_is_a_ping() -> None:
    assert isinstance(told(ping_body()), Ping)
    assert isinstance(told({"action": "ping"}), Ping)


@pytest.mark.parametrize(
    "body",
    [
        delete_body("myacr.azurecr.io", "team/shop", "sha256:ab"),
        {**PUSH, "action": "quarantine"},
        {**PUSH, "action": "chart_push", "request": None},
        {"action": None},
        {},
        push_body("myacr.azurecr.io", "team/shop", "", MANIFEST),
    ],
)
def test_what_says_nothing_of_a_tag_that_can_be_pulled_is_ignored(body: dict[str, Any]) -> None:
    assert isinstance(told(body), Ignored)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"5", b"[" * 100_000, b'{"action": "push"}'])
def test_a_body_that_no_registry_sends_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidRequestError, match="ACR webhook"):
        told(body)


def test_a_body_too_large_is_refused_before_all_else() -> None:
    with pytest.raises(PayloadTooLargeError):
        read_acr_event({}, b" " * (PAYLOAD_LIMIT_BYTES + 1), ())
