"""Who changed what, when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """`what` is a verb of the API (`application.sync` …), `subject` a name. Never a secret value."""

    at: datetime
    who: str
    what: str
    subject: str
    detail: str = ""
    trace: str = ""


_LEARNT = msgspec.json.Decoder(AuditEntry)  # see application_status.py
