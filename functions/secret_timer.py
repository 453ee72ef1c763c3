"""The timer that lists the vaults: no event tells of a secret that was disabled, deleted or restored."""

from __future__ import annotations

from collections.abc import Callable

import azure.functions as func


def blueprint(scan_secrets: Callable[[], None]) -> func.Blueprint:
    bp = func.Blueprint()

    @bp.function_name("secret_timer")
    @bp.timer_trigger(arg_name="timer", schedule="%TIDEGATE_VAULT_SCHEDULE%", use_monitor=True)
    def secret_timer(timer: func.TimerRequest) -> None:
        scan_secrets()

    return bp
