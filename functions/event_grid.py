"""Queue `event-grid`: what Event Grid delivers without any open door, retried by Azure."""

from __future__ import annotations

from collections.abc import Callable

import azure.functions as func


def blueprint(receive_events: Callable[[str], None]) -> func.Blueprint:
    bp = func.Blueprint()

    @bp.function_name("event_grid")
    @bp.queue_trigger(arg_name="message", queue_name="event-grid", connection="AzureWebJobsStorage")
    def event_grid(message: func.QueueMessage) -> None:
        receive_events(message.get_body().decode())

    return bp
