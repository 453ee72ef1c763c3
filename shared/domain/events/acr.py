"""Read a webhook of Azure Container Registry: a header of our own proves it, for it has no signature."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Mapping
from typing import Any

from shared.domain.access.secret_text import SecretText
from shared.domain.events.github import Ignored, Ping
from shared.domain.events.image_push import ImagePush
from shared.errors import InvalidRequestError, PayloadTooLargeError, UnauthenticatedError

PAYLOAD_LIMIT_BYTES = 256 * 1024
_HEADER = "authorization"
_SUBJECT = "ACR webhook"


def read_acr_event(
    headers: Mapping[str, str], body: bytes, secrets: Iterable[SecretText]
) -> ImagePush | Ping | Ignored:
    """Return what the registry says.

    Args:
        headers: of the request; names in any case. `Authorization` is the secret, bare or after `Bearer `.
        body: the raw bytes.
        secrets: every secret that is valid now (two while one is being replaced). Empty ones do not count.

    Raises:
        PayloadTooLargeError: more than 256 KiB, of which a registry needs one.
        UnauthenticatedError: no secret configured, none sent, or another one.
        InvalidRequestError: proved, and yet not what a registry sends.

    Source: learn.microsoft.com, "Azure Container Registry webhook reference". Only `push` means that an image
    can be pulled; every other action is ignored, `quarantine` above all.
    """
    if len(body) > PAYLOAD_LIMIT_BYTES:
        raise PayloadTooLargeError(f"{_SUBJECT}: the body has {len(body)} bytes, at most 256 KiB are read")
    given = {name.lower(): value for name, value in headers.items()}
    _prove(given.get(_HEADER, ""), secrets)
    payload = _payload(body)
    action, event = payload.get("action"), str(payload.get("id") or "")
    if action == "ping":
        return Ping(event)
    if action != "push":
        return Ignored(f"the action {action!r} is not used; only push is", event)
    return ImagePush.of_registry(payload, _SUBJECT) or Ignored("a manifest without a tag", event)


def _prove(sent: str, secrets: Iterable[SecretText]) -> None:
    known = [secret.reveal().encode() for secret in secrets if secret.reveal()]
    if not known:
        raise UnauthenticatedError(
            f"{_SUBJECT}: no secret is configured, so nobody can be trusted. Set TIDEGATE_ACR_WEBHOOK_SECRETS"
        )
    kind, space, rest = sent.partition(" ")
    claimed = (rest.strip() if space and kind.lower() == "bearer" else sent).encode("utf-8", "replace")
    matches = [hmac.compare_digest(secret, claimed) for secret in known]
    if not any(matches):
        raise UnauthenticatedError(
            f"{_SUBJECT}: the Authorization header does not carry our secret. Set it with "
            "az acr webhook update --headers"
        )


def _payload(body: bytes) -> dict[str, Any]:
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidRequestError(f"{_SUBJECT}: the body is no JSON") from error
    if not isinstance(payload, dict):
        raise InvalidRequestError(f"{_SUBJECT}: the body is no JSON object")
    return payload
