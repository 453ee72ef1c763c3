"""Event Grid by HTTP: nobody is believed without our secret."""

from __future__ import annotations

import json

import pytest

from shared.domain.access.secret_text import SecretText
from shared.domain.events.grid_webhook import Delivery, Handshake, read_grid_webhook
from shared.errors import InvalidRequestError, PayloadTooLargeError, UnauthenticatedError

SECRETS = (SecretText("new"), SecretText("old"))
EVENT = {"eventType": "Microsoft.KeyVault.SecretNewVersionCreated", "data": {"Id": "x"}}


def read(body: object, authorization: str = "Bearer new", **headers: str) -> Handshake | Delivery:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return read_grid_webhook({"Authorization": authorization, **named}, data, SECRETS)


@pytest.mark.parametrize("authorization", ["Bearer new", "bearer old", "old"])
def test_events_go_on_as_they_came(authorization: str) -> None:
    assert read([EVENT], authorization) == Delivery(json.dumps([EVENT]))


def test_a_single_event_is_a_list_of_one() -> None:
    assert read(EVENT) == Delivery(json.dumps([EVENT]))


def test_a_handshake_is_answered_with_its_code() -> None:
    body = [
        {"eventType": "Microsoft.EventGrid.SubscriptionValidationEvent", "data": {"validationCode": "c0de"}}
    ]
    assert read(body, Aeg_Event_Type="SubscriptionValidation") == Handshake("c0de")
    with pytest.raises(UnauthenticatedError):
        read(body, "guess", Aeg_Event_Type="SubscriptionValidation")


@pytest.mark.parametrize("body", [[], [{}], [{"data": {}}], [{"data": {"validationCode": 1}}]])
def test_a_handshake_without_a_code_is_refused(body: object) -> None:
    with pytest.raises(InvalidRequestError, match="validationCode"):
        read(body, Aeg_Event_Type="SubscriptionValidation")


@pytest.mark.parametrize("authorization", ["", "Bearer ", "Bearer newer", "Basic new", "ne"])
def test_who_does_not_know_the_secret_is_refused(authorization: str) -> None:
    with pytest.raises(UnauthenticatedError, match="does not carry our secret"):
        read([EVENT], authorization)


def test_without_a_secret_nobody_is_trusted() -> None:
    with pytest.raises(UnauthenticatedError, match="no secret is configured"):
        read_grid_webhook({"authorization": ""}, b"[]", (SecretText(""),))


@pytest.mark.parametrize("body", [b"", b"{", b"1", b'["a"]', b"[" * 20_000])
def test_what_is_no_list_of_events_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidRequestError):
        read(body)


def test_more_than_a_message_holds_is_refused_before_it_is_read() -> None:
    with pytest.raises(PayloadTooLargeError):
        read(b" " * 40_000)
