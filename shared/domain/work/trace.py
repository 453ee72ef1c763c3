"""W3C trace context: one trace id from the webhook to the pod."""

from __future__ import annotations

import re

_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")


def trace_id(traceparent: str) -> str:
    """The 32 hex digits of a traceparent, or "" when it is none.

    Source: W3C Trace Context, section 3.2.
    """
    match = _TRACEPARENT.fullmatch(traceparent)
    return match[1] if match else ""


def traceparent_of(trace: str) -> str:
    """A traceparent for a trace id of 32 hex digits; our own span is its first half."""
    return f"00-{trace}-{trace[:16]}-01" if trace else ""
