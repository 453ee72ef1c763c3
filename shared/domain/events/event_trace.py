"""The trace that begins with an event."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

_UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)
_NO_TRACE = "0" * 32


def trace_of(event: str) -> str:
    """32 hex digits: the event's id where that is a UUID, else a hash of it."""
    digits = event.replace("-", "").lower() if _UUID.fullmatch(event) else ""
    if digits not in ("", _NO_TRACE):
        return digits
    return hashlib.blake2b(event.encode(), digest_size=16).hexdigest()


def moment_of(text: str, latest: datetime) -> datetime | None:
    """When the sender says that it happened; None where it says no time.

    Its clock may be ahead of ours: then it happened when we heard of it, `latest`.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=latest.tzinfo)
    return min(aware.astimezone(latest.tzinfo), latest)
