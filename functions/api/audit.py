"""The audit log: who changed what, when. Argo CD has none."""

from __future__ import annotations

import dataclasses

from functions._http import Answer, json_answer
from functions.api.application_query import moment_of
from functions.api.call import Call
from shared.errors import InvalidRequestError
from shared.services.record_audit import AuditFilter

_MOST = 1000


def entries(call: Call) -> Answer:
    """`?who=&what=&subject=&since=&limit=&continue=`: a page, oldest first.

    `what` and `subject` may be beginnings (`application.`). A page may be short of `limit` though
    `metadata.continue` says that more follow.
    """
    first = call.request.first
    text = first("limit", "100")
    if not text.isdecimal() or not 0 < int(text) <= _MOST:
        raise InvalidRequestError(f"Audit: limit {text!r} must be a number from 1 to {_MOST}")
    wanted = AuditFilter(first("who"), first("what"), first("subject"), moment_of(call, "since"))
    found, token = call.services.audit.entries(limit=int(text), token=first("continue"), wanted=wanted)
    items = [{**dataclasses.asdict(entry), "at": entry.at.isoformat()} for entry in found]
    return json_answer({"metadata": {"continue": token}, "items": items})
