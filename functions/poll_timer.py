"""The timer that polls Git: a lost or impossible webhook costs minutes, never a change."""

from __future__ import annotations

from collections.abc import Callable

import azure.functions as func


def blueprint(poll_repositories: Callable[[], None]) -> func.Blueprint:
    bp = func.Blueprint()

    @bp.function_name("poll_timer")
    @bp.timer_trigger(arg_name="timer", schedule="%TIDEGATE_POLL_SCHEDULE%", use_monitor=True)
    def poll_timer(timer: func.TimerRequest) -> None:
        poll_repositories()

    return bp
