"""Output bindings: set while the function runs, sent after it succeeded."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import azure.functions as func

from host.indexing import RETURN, Function
from shared.errors import InvalidRequestError
from shared.ports.work_queue import WorkQueue


class OutValue(func.Out[Any]):
    """What a function sets on an output parameter; the last value counts."""

    def __init__(self) -> None:
        self._value: Any = None

    def set(self, val: Any) -> None:
        self._value = val

    def get(self) -> Any:
        return self._value


def send_outputs(
    function: Function, values: dict[str, OutValue], returned: Any, queues: Callable[[str], WorkQueue]
) -> None:
    """Send what the function left on its queue outputs. Nothing set, nothing sent.

    Raises InvalidRequestError for a value that is no text, and the queue's errors.
    """
    for output in function.outputs:
        value = returned if output.parameter == RETURN else values[output.parameter].get()
        for text in _texts(function, output.parameter, value):
            queues(output.queue_name).send(text)


def _texts(function: Function, parameter: str, value: Any) -> list[str]:
    if value is None:
        return []
    if isinstance(value, str):
        return [value]
    if isinstance(value, bytes):
        return [value.decode()]
    if isinstance(value, Iterable):
        items = list(value)
        if all(isinstance(item, str) for item in items):
            return items
    # a QueueMessage would be sent as JSON {"id", "body"} by Azure, which nobody wants
    raise InvalidRequestError(
        f"function {function.name}: output {parameter} holds {type(value).__name__}. "
        "Set a text, or a list of texts"
    )
