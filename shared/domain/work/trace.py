"""W3C trace context: one trace id from the webhook to the pod."""

from __future__ import annotations

import re

_TRACEPARENT = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?")
_TRACE = re.compile(r"(?!0{32})[0-9a-f]{32}")


def trace_id(traceparent: str) -> str:
    """The 32 hex digits of a traceparent, or "" when it is none.

    Source: W3C Trace Context, section 3.2: an id of zeros is none; a later version may say more at its end.
    """
    match = _TRACEPARENT.fullmatch(traceparent)
    if match is None or match[1] == "ff" or (match[1] == "00" and match[4] is not None):
        return ""
    return match[2] if int(match[2], 16) and int(match[3], 16) else ""


def traceparent_of(trace: str) -> str:
    """A traceparent for a trace id of 32 hex digits, "" for anything else; our own span is a half of it."""
    if not _TRACE.fullmatch(trace):
        return ""
    span = trace[:16] if int(trace[:16], 16) else trace[16:]
    return f"00-{trace}-{span}-01"
