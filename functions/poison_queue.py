"""The poison queues of `work`, `events` and `event-grid`: what met a bug is recorded, never dropped."""

from __future__ import annotations

from collections.abc import Callable

import azure.functions as func


def blueprint(record_poison: Callable[[str, str], None]) -> func.Blueprint:
    bp = func.Blueprint()

    @bp.function_name("work_poison")
    @bp.queue_trigger(arg_name="message", queue_name="work-poison", connection="AzureWebJobsStorage")
    def work_poison(message: func.QueueMessage) -> None:
        record_poison("work", _text(message))

    @bp.function_name("events_poison")
    @bp.queue_trigger(arg_name="message", queue_name="events-poison", connection="AzureWebJobsStorage")
    def events_poison(message: func.QueueMessage) -> None:
        record_poison("events", _text(message))

    @bp.function_name("event_grid_poison")
    @bp.queue_trigger(arg_name="message", queue_name="event-grid-poison", connection="AzureWebJobsStorage")
    def event_grid_poison(message: func.QueueMessage) -> None:
        record_poison("event-grid", _text(message))

    return bp


def _text(message: func.QueueMessage) -> str:
    """Whatever it is: a message that cannot be read is the last that may be lost here."""
    return message.get_body().decode(errors="replace")
