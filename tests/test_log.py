"""What stands on a line of the log."""

from __future__ import annotations

import io
import json
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from shared.log import JsonFormatter, bind, bound, carried, fields_of, speak_json


def line(**extra: Any) -> dict[str, Any]:
    record = logging.makeLogRecord({"msg": "said", "levelname": "INFO", "name": "test", **extra})
    found: dict[str, Any] = json.loads(JsonFormatter().format(record))
    return found


def test_a_line_is_json_with_its_time_in_utc_and_what_is_bound() -> None:
    with bind(function="work_queue", invocation="1"), bind(trace="ab"):
        found = line(created=1767268800.1239, woken=2)
    assert found == {
        "at": "2026-01-01T12:00:00.123Z",
        "level": "info",
        "logger": "test",
        "message": "said",
        "function": "work_queue",
        "invocation": "1",
        "trace": "ab",
        "woken": 2,
    }


def test_what_is_bound_ends_with_its_block() -> None:
    with bind(trace="ab"):
        assert bound("trace") == "ab"
    assert bound("trace") == ""


def failing() -> None:
    with bind(function="work_queue"), bind(trace="ab", application="argocd/shop"):
        raise ValueError("a bug")


def test_the_line_that_reports_a_bug_has_what_was_bound_where_it_happened() -> None:
    with pytest.raises(ValueError, match="a bug") as caught:
        failing()
    error = caught.value
    assert fields_of(error) == {"function": "work_queue", "trace": "ab", "application": "argocd/shop"}
    found = line(exc_info=(type(error), error, error.__traceback__), function="events_queue")
    assert (found["trace"], found["application"]) == ("ab", "argocd/shop")
    assert found["function"] == "events_queue"
    assert "ValueError: a bug" in found["traceback"]


@pytest.mark.parametrize("threads", [1, 4])
def test_the_threads_of_a_pool_log_under_the_trace_of_who_asked(threads: int) -> None:
    def trace(_: int) -> str:
        return bound("trace")

    with bind(trace="ab"), ThreadPoolExecutor(threads) as pool:
        assert set(pool.map(carried(trace), range(20))) == {"ab"}
        assert set(pool.map(trace, range(20))) == {""}


class AsyncLoggingHandler(logging.StreamHandler[io.StringIO]):
    """As Azure's worker names its own: it sends what its formatter makes of a record."""


def test_azures_worker_sends_lines_with_their_fields_and_other_handlers_stay() -> None:
    sent, shown = io.StringIO(), io.StringIO()
    logger = logging.getLogger("tidegate-of-azures-worker")
    logger.handlers, logger.propagate = [AsyncLoggingHandler(sent), logging.StreamHandler(shown)], False
    logger.setLevel(logging.INFO)
    speak_json(logger)
    with bind(trace="ab"):
        logger.info("said", extra={"woken": 2})
    found = json.loads(sent.getvalue())
    assert (found["message"], found["trace"], found["woken"]) == ("said", "ab", 2)
    assert shown.getvalue() == "said\n"
