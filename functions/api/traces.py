"""Traces: one change from what began it to the healthy pods. Argo CD has none."""

from __future__ import annotations

from functions._http import Answer, json_answer
from functions.api.application_query import limit_of
from functions.api.call import Call


def list_all(call: Call) -> Answer:
    """`?limit=&continue=`: what began lately, the newest first. A page may be short though more follow."""
    items, token = call.services.show_trace.page(limit_of(call), call.request.first("continue"))
    return json_answer({"metadata": {"continue": token}, "items": items})


def get(call: Call, trace: str) -> Answer:
    """Everything under one trace id: `{trace, cause, stages, applications, secrets}`."""
    return json_answer(call.services.show_trace.one(trace.lower()))
