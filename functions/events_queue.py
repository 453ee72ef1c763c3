"""Queue `events`: proved events, to be looked up and turned into work."""

from __future__ import annotations

from collections.abc import Callable

import azure.functions as func


def blueprint(receive_event: Callable[[str], None]) -> func.Blueprint:
    bp = func.Blueprint()

    @bp.function_name("events_queue")
    @bp.queue_trigger(arg_name="message", queue_name="events", connection="AzureWebJobsStorage")
    def events_queue(message: func.QueueMessage) -> None:
        receive_event(message.get_body().decode())

    return bp
