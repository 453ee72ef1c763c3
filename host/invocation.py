"""One call of one function: arguments in, outputs out."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import azure.functions as func

from host.bindings import OutValue, send_outputs
from host.indexing import RETURN, Function
from shared import log
from shared.ports.work_queue import WorkQueue

_THREAD = threading.local()


class InvocationContext(func.Context):
    """What a function may ask for as `context`. There is no retry and no trace from outside."""

    def __init__(self, function_name: str) -> None:
        self._function_name = function_name
        self._invocation_id = str(uuid4())

    @property
    def invocation_id(self) -> str:
        return self._invocation_id

    @property
    def function_name(self) -> str:
        return self._function_name

    @property
    def function_directory(self) -> str:
        return ""

    @property
    def thread_local_storage(self) -> Any:
        return _THREAD

    @property
    def trace_context(self) -> Any:
        return SimpleNamespace(trace_parent="", trace_state="", attributes={})

    @property
    def retry_context(self) -> Any:
        return None


def invoke(function: Function, trigger: Any, queues: Callable[[str], WorkQueue]) -> Any:
    """Call the function with its trigger value, send its queue outputs and return its result.

    What the function raises comes through, and then nothing is sent.
    """
    context = InvocationContext(function.name)
    outputs = {each.parameter: OutValue() for each in function.outputs if each.parameter != RETURN}
    arguments: dict[str, Any] = {function.parameter: trigger, **outputs}
    if function.wants_context:
        arguments["context"] = context
    with log.bind(function=function.name, invocation=context.invocation_id):
        result = function.call(**arguments)
        if inspect.isawaitable(result):
            result = asyncio.run(_awaited(result))
        send_outputs(function, outputs, result, queues)
    return result


async def _awaited(result: Any) -> Any:
    return await result
