"""POST /api/eventgrid: Event Grid by HTTP, for homes that no Storage queue leads to."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import azure.functions as func

from functions._http import answer_errors, headers_of, json_answer, write

ReadDelivery = Callable[[Mapping[str, str], bytes], tuple[str | None, str | None]]


def blueprint(read_delivery: ReadDelivery) -> func.Blueprint:
    """`read_delivery` proves the sender; it returns the message for the queue, or the code of a handshake."""
    bp = func.Blueprint()

    @bp.function_name("event_grid_webhook")
    @bp.route("api/eventgrid", methods=["POST"], auth_level=func.AuthLevel.ANONYMOUS)
    @bp.queue_output(arg_name="event", queue_name="event-grid", connection="AzureWebJobsStorage")
    @answer_errors
    def event_grid_webhook(req: func.HttpRequest, event: func.Out[str]) -> func.HttpResponse:
        message, code = read_delivery(headers_of(req), req.get_body())
        if message is not None:
            event.set(message)
        return write(json_answer({"validationResponse": code} if code else {}))

    return bp
