"""The envelope of the work queue: it names a thing to look at, never carries state."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class WorkKind(StrEnum):
    """What to do with the subject."""

    RECONCILE = "reconcile"
    IMAGES = "images"
    SECRET = "secret"  # noqa: S105 a word, not a password


@dataclass(frozen=True, slots=True)
class WorkMessage:
    """`{v, kind, subject, token, traceparent}`.

    `token` must equal the one in the subject's row, which was written before the message was sent: a
    message with another token is dropped. `traceparent` is W3C trace context, "" when unknown.
    """

    kind: WorkKind
    subject: str
    token: str
    traceparent: str = ""
