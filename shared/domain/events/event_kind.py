"""What kind of event a message of the events queue is."""

from __future__ import annotations

import json


def kind_of(text: str) -> str:
    """The `kind` of a message, "" where it says none: who reads it then says what is wrong with it."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    kind = body.get("kind") if isinstance(body, dict) else ""
    return kind if isinstance(kind, str) else ""
