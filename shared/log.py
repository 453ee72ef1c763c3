"""Structured logging: one JSON object a line; `bind` puts ids on every line of a piece of work."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from datetime import UTC, datetime
from functools import wraps
from typing import Any, TypeVar

_BOUND: ContextVar[dict[str, str] | None] = ContextVar("tidegate_log_fields", default=None)
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_FIELDS = "tidegate_log_fields"
_WORKER_HANDLER = "AsyncLoggingHandler"
_Given = TypeVar("_Given")
_Made = TypeVar("_Made")


@contextmanager
def bind(**fields: str) -> Iterator[None]:
    """Put these fields (application, operation, trace …) on every line logged inside the block.

    An exception takes them along: the line that reports it is written outside.
    """
    token = _BOUND.set({**(_BOUND.get() or {}), **fields})
    try:
        yield
    except Exception as error:
        if not hasattr(error, _FIELDS):
            setattr(error, _FIELDS, dict(_BOUND.get() or {}))
        raise
    finally:
        _BOUND.reset(token)


def bound(field: str) -> str:
    """What `bind` has put on this piece of work, "" where it has put nothing."""
    return (_BOUND.get() or {}).get(field, "")


def fields_of(error: BaseException) -> dict[str, str]:
    """What was bound where the error was raised."""
    return dict(getattr(error, _FIELDS, {}))


def carried(function: Callable[[_Given], _Made]) -> Callable[[_Given], _Made]:
    """The function as a pool of threads shall call it: with the fields that are bound here."""
    context = copy_context()

    @wraps(function)
    def inside(given: _Given) -> _Made:
        # a context can be entered once at a time, and a pool calls at the same time
        return context.copy().run(function, given)

    return inside


class JsonFormatter(logging.Formatter):
    """`{"at", "level", "logger", "message", …bound fields, …extra}`; a traceback only for bugs.

    `at` is UTC with milliseconds.
    """

    def format(self, record: logging.LogRecord) -> str:
        error = record.exc_info[1] if record.exc_info else None
        line: dict[str, Any] = {
            "at": f"{datetime.fromtimestamp(record.created, UTC):%Y-%m-%dT%H:%M:%S.%f}"[:23] + "Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **(fields_of(error) if error is not None else {}),
            **(_BOUND.get() or {}),
            **{name: value for name, value in vars(record).items() if name not in _STANDARD},
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)


def speak_json(logger: logging.Logger) -> None:
    """Have Azure's worker send on our lines as JSON: it sends what its handler's formatter makes of a record.

    By itself that is the message without any field. Other handlers stay as they are.
    Source: Azure/azure-functions-python-worker, AsyncLoggingHandler in dispatcher.py.
    """
    for handler in logger.handlers:
        if type(handler).__name__ == _WORKER_HANDLER:
            handler.setFormatter(JsonFormatter())
