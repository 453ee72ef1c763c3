"""Messages that the queues gave up. Argo CD has none."""

from __future__ import annotations

from functions._http import Answer, json_answer
from functions.api.application_query import limit_of
from functions.api.call import Call, empty
from shared.domain.views.message_view import message_view


def list_all(call: Call) -> Answer:
    """`?queue=&subject=&limit=&continue=`: what was given up; `subject` may be a beginning (`argocd/`).

    A page may be short of `limit` though `metadata.continue` says that more follow.
    """
    first = call.request.first
    found, token = call.services.messages.page(limit_of(call), first("continue"))
    items = [
        view
        for view in map(message_view, found)
        if first("queue") in ("", view["queue"]) and view["subject"].startswith(first("subject"))
    ]
    return json_answer({"metadata": {"continue": token}, "items": items})


def get(call: Call, message: str) -> Answer:
    """One of them, with why its function failed last."""
    return json_answer(message_view(call.services.messages.one(message)))


def retry(call: Call, message: str) -> Answer:
    """Do it again: an event goes back to its queue, the subject of work is woken anew."""
    call.services.messages.retry(message, who=call.who)
    return empty()


def delete(call: Call, message: str) -> Answer:
    """Drop it for good."""
    call.services.messages.delete(message, who=call.who)
    return empty()
