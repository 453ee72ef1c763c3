"""A message that a queue gave up, as it may be shown: whoever sent it, it is bounded."""

from __future__ import annotations

from typing import Any

from shared.domain.events.event_kind import kind_of
from shared.domain.record.poison_message import FailureReason, PoisonMessage
from shared.domain.work.message_text import from_text
from shared.domain.work.trace import trace_id
from shared.errors import InvalidRequestError

SHOWN = 2000


def message_view(message: PoisonMessage) -> dict[str, Any]:
    """{id, queue, kind, subject, trace, firstAt, lastAt, count, bytes, text, reason}.

    `text` is its beginning where it is longer than SHOWN characters: `bytes` says how long it is.
    """
    kind, subject, trace = _named(message)
    reason = message.reason
    return {
        "id": message.id,
        "queue": message.queue,
        "kind": kind,
        "subject": subject,
        "trace": (reason.trace if reason else "") or trace,
        "firstAt": message.first_at.isoformat(),
        "lastAt": message.last_at.isoformat(),
        "count": message.count,
        "bytes": len(message.text.encode()),
        "text": message.text[:SHOWN],
        "reason": _reason(reason) if reason else {},
    }


def _named(message: PoisonMessage) -> tuple[str, str, str]:
    """(kind, subject, trace); empty for what is no message of ours."""
    if message.queue != "work":
        return kind_of(message.text)[:SHOWN], "", ""
    try:
        work = from_text(message.text)
    except InvalidRequestError:
        return "", "", ""
    return work.kind.value, work.subject, trace_id(work.traceparent)


def _reason(reason: FailureReason) -> dict[str, str]:
    return {
        "error": reason.error,
        "message": reason.message,
        "where": reason.where,
        "function": reason.function,
        "invocation": reason.invocation,
    }
