"""The timer that looks for drift and wakes what should have been woken."""

from __future__ import annotations

from collections.abc import Callable

import azure.functions as func


def blueprint(scan_for_drift: Callable[[], None]) -> func.Blueprint:
    bp = func.Blueprint()

    @bp.function_name("drift_timer")
    @bp.timer_trigger(arg_name="timer", schedule="%TIDEGATE_DRIFT_SCHEDULE%", use_monitor=True)
    def drift_timer(timer: func.TimerRequest) -> None:
        scan_for_drift()

    return bp
