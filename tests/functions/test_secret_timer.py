"""The timer that lists the vaults."""

from __future__ import annotations

from azure.functions.timer import TimerRequest

from functions import secret_timer
from tests.functions.doors import binding, functions_of, user_function


def test_each_firing_is_one_call() -> None:
    calls: list[str] = []
    user_function(secret_timer.blueprint(lambda: calls.append("scan")), "secret_timer")(TimerRequest())
    assert calls == ["scan"]


def test_the_schedule_is_a_setting_of_its_own() -> None:
    found = binding(functions_of(secret_timer.blueprint(lambda: None))["secret_timer"], "in")
    assert found["schedule"] == "%TIDEGATE_VAULT_SCHEDULE%"
