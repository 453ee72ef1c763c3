"""The envelope as JSON text."""

from __future__ import annotations

import json

from shared.domain.work.message import WorkKind, WorkMessage
from shared.errors import InvalidRequestError

_VERSION = 1


def to_text(message: WorkMessage) -> str:
    """`{v, kind, subject, token, traceparent}`."""
    return json.dumps(
        {
            "v": _VERSION,
            "kind": message.kind.value,
            "subject": message.subject,
            "token": message.token,
            "traceparent": message.traceparent,
        }
    )


def from_text(text: str) -> WorkMessage:
    """Read an envelope; raises InvalidRequestError for another version or shape."""
    try:
        body = json.loads(text)
        if body["v"] != _VERSION:
            raise InvalidRequestError(f"Work message: version {body['v']!r} is not {_VERSION}")
        names = {name: body[name] for name in ("subject", "token")}
        names["traceparent"] = body.get("traceparent", "")
        for name, value in names.items():
            if not isinstance(value, str):
                raise InvalidRequestError(f"Work message: {name} is no text")
        return WorkMessage(WorkKind(body["kind"]), **names)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InvalidRequestError(f"Work message: cannot be read ({error})") from error
