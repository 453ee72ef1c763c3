"""Small apps, and whether Azure takes them: what host/annotations.py says is compared with the real worker.

One app that the worker refuses is one app of which no function runs.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, List, Optional  # noqa: UP035 what people write, and the worker tells apart

import azure.functions as func

Make = Callable[[], func.FunctionApp]


def http(handler: Callable[..., Any], *, output: bool = False) -> Make:
    def make() -> func.FunctionApp:
        app = func.FunctionApp()
        decorated: Any = handler
        if output:
            decorated = app.queue_output(arg_name="out", queue_name="q", connection="c")(decorated)
        app.function_name("f")(app.route("r")(decorated))
        return app

    return make


def queue(handler: Callable[..., Any]) -> Make:
    def make() -> func.FunctionApp:
        app = func.FunctionApp()
        app.function_name("f")(app.queue_trigger(arg_name="m", queue_name="q", connection="c")(handler))
        return app

    return make


def timer(handler: Callable[..., Any]) -> Make:
    def make() -> func.FunctionApp:
        app = func.FunctionApp()
        app.function_name("f")(app.timer_trigger(arg_name="t", schedule="0 * * * * *")(handler))
        return app

    return make


def wrapped(handler: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(handler)
    def call(*args: Any, **kwargs: Any) -> Any:
        return handler(*args, **kwargs)

    return call


def plain(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse()


def text(req: func.HttpRequest) -> str:
    return ""


def bare(req):  # type: ignore[no-untyped-def]
    return ""


def optional_answer(req: func.HttpRequest) -> Optional[func.HttpResponse]:  # noqa: UP045
    return None


def mapping_answer(req: func.HttpRequest) -> dict:  # type: ignore[type-arg]
    return {}


def mapping_request(req: dict) -> str:  # type: ignore[type-arg]
    return ""


def out_text(req: func.HttpRequest, out: func.Out[str]) -> str:
    return ""


def out_texts(req: func.HttpRequest, out: func.Out[List[str]]) -> str:  # noqa: UP006
    return ""


def out_new_texts(req: func.HttpRequest, out: func.Out[list[str]]) -> str:
    return ""


def out_plain(req: func.HttpRequest, out: str) -> str:
    return ""


def unbound(req: func.HttpRequest, more: str = "") -> str:
    return ""


def with_context(req: func.HttpRequest, context: func.Context) -> str:
    return ""


def wrong_context(req: func.HttpRequest, context: str) -> str:
    return ""


def message(m: func.QueueMessage) -> None: ...


def message_text(m: str) -> None: ...


def message_bytes(m: bytes) -> None: ...


def message_mapping(m: dict) -> None: ...  # type: ignore[type-arg]


def messages(m: list[func.QueueMessage]) -> None: ...


def no_binding() -> None: ...


def tick(t: func.TimerRequest) -> None: ...


def tick_mapping(t: dict) -> None: ...  # type: ignore[type-arg]


CASES: dict[str, tuple[Make, bool]] = {
    "http": (http(plain), True),
    "http, text": (http(text), True),
    "http, no annotations": (http(bare), True),
    "http, wrapped": (http(wrapped(plain)), True),
    "http, context": (http(with_context), True),
    "http, queue output": (http(out_text, output=True), True),
    "http, queue output of many": (http(out_texts, output=True), True),
    "http, queue output wrapped": (http(wrapped(out_text), output=True), True),
    "http, queue output of list[str]": (http(out_new_texts, output=True), False),
    "http, queue output that is no Out": (http(out_plain, output=True), False),
    "http, queue output without its parameter": (http(plain, output=True), False),
    "http, Optional answer": (http(optional_answer), False),
    "http, dict answer": (http(mapping_answer), False),
    "http, dict request": (http(mapping_request), False),
    "http, parameter that is no binding": (http(unbound), False),
    "http, context of another type": (http(wrong_context), False),
    "queue": (queue(message), True),
    "queue, text": (queue(message_text), True),
    "queue, bytes": (queue(message_bytes), True),
    "queue, dict": (queue(message_mapping), False),
    "queue, list[…]": (queue(messages), False),
    "queue, binding without its parameter": (queue(no_binding), False),
    "timer": (timer(tick), True),
    "timer, dict": (timer(tick_mapping), False),
}
