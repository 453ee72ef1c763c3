"""POST /api/webhook: GitHub tells us about a push."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import azure.functions as func

from functions._http import Answer, answer_errors, headers_of, json_answer, write

ReadEvent = Callable[[Mapping[str, str], bytes], tuple[str | None, str]]


def blueprint(read_event: ReadEvent) -> func.Blueprint:
    """`read_event` proves the sender; it returns the message for the events queue, or None and why not."""
    bp = func.Blueprint()

    @bp.function_name("github_webhook")
    @bp.route("api/webhook", methods=["POST"], auth_level=func.AuthLevel.ANONYMOUS)
    @bp.queue_output(arg_name="event", queue_name="events", connection="AzureWebJobsStorage")
    @answer_errors
    def github_webhook(req: func.HttpRequest, event: func.Out[str]) -> func.HttpResponse:
        message, reason = read_event(headers_of(req), req.get_body())
        if message:
            event.set(message)
        return write(Answer(202) if message else json_answer({"message": reason}))

    return bp
