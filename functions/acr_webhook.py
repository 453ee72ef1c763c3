"""POST /api/acr: a container registry tells us about a pushed image."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import azure.functions as func

from functions._http import answer_errors, headers_of

ReadEvent = Callable[[Mapping[str, str], bytes], str | None]


def blueprint(read_event: ReadEvent) -> func.Blueprint:
    """`read_event` proves the sender and returns the message for the events queue, or None to ignore it."""
    bp = func.Blueprint()

    @bp.function_name("acr_webhook")
    @bp.route("api/acr", methods=["POST"], auth_level=func.AuthLevel.ANONYMOUS)
    @bp.queue_output(arg_name="event", queue_name="events", connection="AzureWebJobsStorage")
    @answer_errors
    def acr_webhook(req: func.HttpRequest, event: func.Out[str]) -> func.HttpResponse:
        if message := read_event(headers_of(req), req.get_body()):
            event.set(message)
        return func.HttpResponse(status_code=202 if message else 200)

    return bp
