"""The line of a commit message that says which event led to the commit."""

from __future__ import annotations

import re

TRACE_TRAILER = "Tidegate-Trace"
_LINE = re.compile(rf"^{TRACE_TRAILER}: ([0-9a-f]{{32}})\s*$", re.MULTILINE)


def traces_in(message: str) -> tuple[str, ...]:
    """The trace ids of a commit message, 32 hex digits each, in its order."""
    return tuple(_LINE.findall(message))
