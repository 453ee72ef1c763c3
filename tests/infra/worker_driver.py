"""A program of its own: speaks to Microsoft's worker as its host does, with JSON for the test.

`python worker_driver.py index APP_FOLDER`, `… invoke APP_FOLDER CALLS`, `… check MODULE`. The worker takes
its message classes from who starts it; instead of the generated protobuf classes it gets `Messages`.
"""

from __future__ import annotations

import asyncio
import base64
import importlib
import json
import sys
import threading
import time
from types import SimpleNamespace
from typing import Any

from azure_functions_runtime import handle_event, loader
from azure_functions_runtime.bindings.meta import load_binding_registry
from azure_functions_runtime.functions import Registry
from azure_functions_runtime.utils.threadpool import get_threadpool_executor, start_threadpool_executor

SUCCESS, FAILURE = "Success", "Failure"


class Message:
    """Any protobuf message: fields by name, None where not set; no field has a capital."""

    def __init__(self, **fields: Any) -> None:
        vars(self).update(fields)

    def __getattr__(self, name: str) -> None:
        if not name.islower():
            raise AttributeError(name)

    def WhichOneof(self, _: str) -> str | None:  # noqa: N802 protobuf's name
        return next(iter(vars(self)), None)


class Messages:
    """The module of generated classes. Source: FunctionRpc.proto."""

    # numbers as in the protocol; azure-functions has the same
    BindingInfo = type("BindingInfo", (Message,), {"out": 1, "inout": 2, "undefined": 0})
    StatusResult = type("StatusResult", (Message,), {"Success": SUCCESS, "Failure": FAILURE})

    def __getattr__(self, name: str) -> type[Message]:
        return type(name, (Message,), {})


class ParameterValue:
    """One input of an invocation."""

    def __init__(self, name: str, data: Message) -> None:
        self.name, self.data = name, data

    def WhichOneof(self, _: str) -> str:  # noqa: N802 protobuf's name
        return "data"


def request(**fields: Any) -> SimpleNamespace:
    return SimpleNamespace(request=SimpleNamespace(**fields), properties={"protos": Messages(), "host": ""})


async def index(folder: str) -> dict[str, Any]:
    init = SimpleNamespace(capabilities={}, function_app_directory=folder)
    started = time.process_time()
    answer = await handle_event.worker_init_request(request(worker_init_request=init))
    if answer.result.status != SUCCESS:
        return {"error": answer.result.exception.message}
    metadata = await handle_event.functions_metadata_request(request())
    return {
        "cpu_seconds": time.process_time() - started,
        "modules": sorted(sys.modules),
        "functions": {
            each.name: {
                "id": each.function_id,
                "bindings": [json.loads(raw) for raw in each.raw_bindings],
            }
            for each in metadata.function_metadata_results or ()
        },
    }


async def invoke(folder: str, calls: list[dict[str, Any]]) -> list[dict[str, Any]]:
    ids = {name: each["id"] for name, each in (await index(folder))["functions"].items()}
    start_threadpool_executor()
    answers = [await call_one(ids[call["function"]], call) for call in calls]
    pool = get_threadpool_executor()
    if pool is not None:
        pool.shutdown()
    return answers


async def call_one(function_id: str, call: dict[str, Any]) -> dict[str, Any]:
    invocation = SimpleNamespace(
        invocation_id="1",
        function_id=function_id,
        input_data=[ParameterValue(call["parameter"], typed(call["value"]))],
        trigger_metadata={name: typed({"string": text}) for name, text in call.get("metadata", {}).items()},
        trace_context=Message(trace_parent="", trace_state="", attributes={}),
        retry_context=Message(retry_count=0, max_retry_count=0, exception=None),
    )
    answer = await handle_event.invocation_request(request(invocation_request=invocation))
    if answer.result.status != SUCCESS:
        return {"error": answer.result.exception.message, "trace": answer.result.exception.stack_trace}
    outputs = {each.name: plain(each.data) for each in answer.output_data or ()}
    return {"answer": plain(answer.return_value), "outputs": outputs}


def typed(value: dict[str, Any]) -> Message:
    if "http" in value:
        http = dict(value["http"])
        http["body"] = Message(bytes=base64.b64decode(http.get("body", "")))
        return Message(http=Message(**{"params": {}, "query": {}, "headers": {}, **http}))
    return Message(**value)


def plain(value: Any) -> Any:
    if value is None or not isinstance(value, Message):
        return None if value is None else str(value)
    if value.http is not None:
        body = value.http.body
        text = body.string if body.string is not None else (body.bytes or b"").decode()
        return {"status": value.http.status_code, "headers": value.http.headers, "body": text}
    return next(iter(vars(value).values()), None)


def check(module: str) -> dict[str, str]:
    """What the worker says to each app that `CASES` of the module makes: "" or why it refuses."""
    load_binding_registry()
    cases = importlib.import_module(module).CASES
    return {name: refusal(make) for name, (make, _) in cases.items()}


def refusal(make: Any) -> str:
    try:
        loader.process_indexed_function(Messages(), Registry(), make().get_functions(), ".")
    except Exception as error:  # noqa: BLE001 whatever it says is the answer
        return f"{type(error).__name__}: {error}"
    return ""


def main(command: str, *arguments: str) -> None:
    match command:
        case "index":
            result: Any = asyncio.run(index(*arguments))
        case "invoke":
            result = asyncio.run(invoke(arguments[0], json.loads(arguments[1])))
        case _:
            result = check(*arguments)
    print(json.dumps({"result": result, "threads": threading.active_count()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
