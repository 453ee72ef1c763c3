"""Read what Event Grid delivers by HTTP, where no Storage queue leads to us: a secret proves it."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.domain.access.secret_text import SecretText
from shared.errors import InvalidRequestError, PayloadTooLargeError, UnauthenticatedError

# one message of the queue holds one delivery; Event Grid sends one event each unless it is told otherwise
PAYLOAD_LIMIT_BYTES = 32 * 1024
_SUBJECT = "Event Grid webhook"
_VALIDATION = "SubscriptionValidation"


@dataclass(frozen=True, slots=True)
class Handshake:
    """A subscription that is being made: `code` has to be answered."""

    code: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """Events, as they came: `text` is for the queue `event-grid`."""

    text: str


def read_grid_webhook(
    headers: Mapping[str, str], body: bytes, secrets: Iterable[SecretText]
) -> Handshake | Delivery:
    """Prove the sender and return what came.

    Args:
        headers: of the request; names in any case. `Authorization` is the secret, bare or after `Bearer `:
            a delivery property of the subscription.
        body: the raw bytes.
        secrets: every secret that is valid now (two while one is being replaced). Empty ones do not count.

    Raises:
        PayloadTooLargeError: more than a message of the queue may hold.
        UnauthenticatedError: no secret configured, none sent, or another one.
        InvalidRequestError: proved, and yet not what Event Grid sends.

    Source: learn.microsoft.com, "Endpoint validation with Event Grid event schema", "Custom delivery
    properties": they are sent with the handshake, too.
    """
    if len(body) > PAYLOAD_LIMIT_BYTES:
        raise PayloadTooLargeError(f"{_SUBJECT}: the body has {len(body)} bytes, at most 32 KiB are read")
    given = {name.lower(): value for name, value in headers.items()}
    _prove(given.get("authorization", ""), secrets)
    events = _events(body)
    if given.get("aeg-event-type") != _VALIDATION:
        return Delivery(json.dumps(events))
    data = events[0].get("data") if events else None
    code = data.get("validationCode") if isinstance(data, dict) else None
    if not isinstance(code, str) or not code:
        raise InvalidRequestError(f"{_SUBJECT}: the handshake has no validationCode")
    return Handshake(code)


def _prove(sent: str, secrets: Iterable[SecretText]) -> None:
    known = [secret.reveal().encode() for secret in secrets if secret.reveal()]
    if not known:
        raise UnauthenticatedError(
            f"{_SUBJECT}: no secret is configured, so nobody can be trusted. "
            "Set TIDEGATE_EVENT_GRID_SECRETS, or let Event Grid deliver into the queue event-grid"
        )
    kind, space, rest = sent.partition(" ")
    claimed = (rest.strip() if space and kind.lower() == "bearer" else sent).encode("utf-8", "replace")
    matches = [hmac.compare_digest(secret, claimed) for secret in known]
    if not any(matches):
        raise UnauthenticatedError(
            f"{_SUBJECT}: the Authorization header does not carry our secret. Set it with "
            "az eventgrid event-subscription update --delivery-attribute-mapping"
        )


def _events(body: bytes) -> list[dict[str, Any]]:
    try:
        events = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidRequestError(f"{_SUBJECT}: the body is no JSON") from error
    events = events if isinstance(events, list) else [events]
    if not all(isinstance(event, dict) for event in events):
        raise InvalidRequestError(f"{_SUBJECT}: the body is no list of events")
    return events
