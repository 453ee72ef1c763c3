"""Queue `work`: one message is one short, resumable step of one application."""

from __future__ import annotations

from collections.abc import Callable

import azure.functions as func


def blueprint(do_work: Callable[[str], None]) -> func.Blueprint:
    bp = func.Blueprint()

    @bp.function_name("work_queue")
    @bp.queue_trigger(arg_name="message", queue_name="work", connection="AzureWebJobsStorage")
    def work_queue(message: func.QueueMessage) -> None:
        do_work(message.get_body().decode())

    return bp
