"""Read what Event Grid puts into a Storage queue, whichever service it comes from."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

from shared.domain.events.image_push import ImagePush
from shared.errors import InvalidRequestError

IMAGE_PUSHED = "Microsoft.ContainerRegistry.ImagePushed"
_SUBJECT = "Event Grid event"
_OLD_NAMES = {"ImagePushed": IMAGE_PUSHED}


@dataclass(frozen=True, slots=True)
class GridEvent:
    """`type` is e.g. `Microsoft.KeyVault.SecretNewVersionCreated`; `source` the ARM id of the service."""

    type: str
    id: str
    source: str
    subject: str
    time: str
    data: dict[str, Any]


def read_grid_events(text: str) -> tuple[GridEvent, ...]:
    """Read one message: one event or a list, in Event Grid's schema or CloudEvents 1.0.

    Event Grid encodes messages in base64; the platform takes that off, other readers of the queue do not:
    both are read. Raises InvalidRequestError for anything else.
    Source: learn.microsoft.com, "Event Grid event schema", "CloudEvents v1.0 schema", "Storage queue as an
    event handler".
    """
    body = _decoded(text)
    entries = body if isinstance(body, list) else [body]
    return tuple(_event(entry) for entry in entries)


def image_push_of(event: GridEvent) -> ImagePush | None:
    """The push that an ImagePushed event tells of; None for a manifest without a tag."""
    return ImagePush.of_registry({"id": event.id} | event.data, _SUBJECT)


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        pass
    try:
        return json.loads(base64.b64decode(text, validate=True))
    except (ValueError, RecursionError) as error:
        raise InvalidRequestError(f"{_SUBJECT}: the message is no JSON") from error


def _event(entry: Any) -> GridEvent:
    if not isinstance(entry, dict):
        raise InvalidRequestError(f"{_SUBJECT}: is no JSON object")
    cloud = "specversion" in entry
    type_name = entry.get("type" if cloud else "eventType")
    if not isinstance(type_name, str) or not type_name:
        raise InvalidRequestError(f"{_SUBJECT}: says no type")
    data = entry.get("data")
    return GridEvent(
        type=_OLD_NAMES.get(type_name, type_name),
        id=str(entry.get("id") or ""),
        source=str(entry.get("source" if cloud else "topic") or ""),
        subject=str(entry.get("subject") or ""),
        time=str(entry.get("time" if cloud else "eventTime") or ""),
        data=data if isinstance(data, dict) else {},
    )
