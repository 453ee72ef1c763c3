"""The drift timer calls its service, by a schedule of the settings."""

from __future__ import annotations

import pytest
from azure.functions.timer import TimerRequest

from functions import drift_timer
from shared.errors import UnavailableError
from tests.functions.doors import binding, functions_of, user_function


def test_each_firing_is_one_call() -> None:
    calls: list[str] = []
    door = user_function(drift_timer.blueprint(lambda: calls.append("called")), "drift_timer")
    door(TimerRequest(past_due=True))
    assert calls == ["called"]


def test_an_error_is_the_platforms_to_log() -> None:
    def away() -> None:
        raise UnavailableError("Store: does not answer")

    with pytest.raises(UnavailableError):
        user_function(drift_timer.blueprint(away), "drift_timer")(TimerRequest())


def test_the_schedule_is_a_setting_and_missed_times_are_remembered() -> None:
    found = binding(functions_of(drift_timer.blueprint(lambda: None))["drift_timer"], "in")
    assert found["schedule"] == "%TIDEGATE_DRIFT_SCHEDULE%"
    assert found["useMonitor"] is True
