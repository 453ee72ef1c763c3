"""What a FunctionApp declares, and what is refused at the start."""

from __future__ import annotations

import functools
import typing
from collections.abc import Callable
from typing import Any, List, Optional  # noqa: UP035 what the worker accepts

import azure.functions as func
import pytest

from host.indexing import Index, index_app
from shared.errors import InvalidSpecError

Declare = Callable[[func.FunctionApp], object]


def indexed(declare: Declare, **settings: str) -> Index:
    app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
    declare(app)
    return index_app(app, settings)


def on_http(function: Callable[..., Any], name: str = "hook") -> Declare:
    return lambda app: app.function_name(name)(app.route("hook", methods=["POST"])(function))


def on_queue(function: Callable[..., Any], output: str = "") -> Declare:
    def declare(app: func.FunctionApp) -> None:
        if output:
            declared = app.queue_output(arg_name=output, queue_name="out", connection="C")(function)
        else:
            declared = function
        app.function_name("work")(app.queue_trigger(arg_name="m", queue_name="%Q%", connection="C")(declared))

    return declare


def on_timer(schedule: str, **how: Any) -> Declare:
    def tick(timer: func.TimerRequest) -> None: ...

    return lambda app: app.timer_trigger(arg_name="timer", schedule=schedule, **how)(tick)


def test_http_functions_are_read_with_route_methods_and_level() -> None:
    def hook(req: func.HttpRequest) -> func.HttpResponse:
        raise NotImplementedError

    def declare(app: func.FunctionApp) -> None:
        app.function_name("one")(
            app.route("/api/{x}/", methods=["GET", "PUT"], auth_level=func.AuthLevel.ADMIN)(hook)
        )
        app.function_name("two")(app.route()(hook))

    one, two = indexed(declare).http
    assert (one.function.name, one.route, set(one.methods), one.needs_key) == (
        "one",
        "api/{x}",
        {"GET", "PUT"},
        True,
    )
    assert (two.function.name, two.route, set(two.methods), two.needs_key) == ("two", "two", set(), False)


def test_queue_functions_are_read_with_their_outputs() -> None:
    def work(m: func.QueueMessage, out: func.Out[str], context: func.Context) -> None: ...

    (function,) = indexed(on_queue(work, output="out"), Q="jobs").queues
    assert function.queue_name == "jobs"
    assert [(each.parameter, each.queue_name) for each in function.function.outputs] == [("out", "out")]
    assert function.function.wants_context


def test_timer_functions_are_read_with_their_settings_filled_in() -> None:
    (timer,) = indexed(on_timer("%S%", run_on_startup=True, use_monitor=False), S="0 * * * * *").timers
    assert (timer.schedule, timer.run_on_startup, timer.use_monitor) == ("0 * * * * *", True, False)
    (timer,) = indexed(on_timer("1 * * * * *")).timers
    assert (timer.run_on_startup, timer.use_monitor) == (False, True)


def test_an_app_can_be_indexed_twice() -> None:
    app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
    app.route("x")(lambda req: "x")
    assert index_app(app, {}) == index_app(app, {})


def accepted_bare(m): ...  # type: ignore[no-untyped-def]
def accepted_text(m: str) -> None: ...
def accepted_bytes(m: bytes) -> None: ...
def accepted_string_annotation(m: func.QueueMessage) -> None: ...
def accepted_out_list(m: str, out: func.Out[List[str]]) -> None: ...  # noqa: UP006
def accepted_out_bare(m: str, out: func.Out) -> None: ...  # type: ignore[type-arg]


@functools.wraps(accepted_text)
def accepted_wrapped(*args: Any, **kwargs: Any) -> None: ...


@pytest.mark.parametrize(
    "function",
    [accepted_bare, accepted_text, accepted_bytes, accepted_string_annotation, accepted_wrapped],
    ids=lambda function: function.__name__,
)
def test_a_signature_that_the_worker_accepts_is_accepted(function: Callable[..., Any]) -> None:
    assert indexed(on_queue(function), Q="q").queues


@pytest.mark.parametrize("function", [accepted_out_list, accepted_out_bare], ids=lambda f: f.__name__)
def test_an_output_that_the_worker_accepts_is_accepted(function: Callable[..., Any]) -> None:
    assert indexed(on_queue(function, output="out"), Q="q").queues


def refused_dict(m: dict) -> None: ...  # type: ignore[type-arg]
def refused_generic(m: list[str]) -> None: ...
def refused_typing_generic(m: typing.List[str]) -> None: ...  # noqa: UP006
def refused_extra(m: str, foo: str) -> None: ...
def refused_default(m: str, foo: object = None) -> None: ...
def refused_variadic(m: str, **rest: str) -> None: ...
def refused_missing() -> None: ...
def refused_context(m: str, context: str) -> None: ...
def refused_unknown_name(m: Nowhere) -> None: ...  # type: ignore[name-defined]  # noqa: F821


@pytest.mark.parametrize(
    ("function", "problem"),
    [
        (refused_dict, "m is annotated dict"),
        (refused_generic, "m has the invalid non-type annotation"),
        (refused_typing_generic, "m has the invalid non-type annotation"),
        (refused_extra, "foo is a parameter but no binding"),
        (refused_default, "foo is a parameter but no binding"),
        (refused_variadic, "rest is a parameter but no binding"),
        (refused_missing, "m is a binding but no parameter"),
        (refused_context, r"context is not annotated as func\.Context"),
        (refused_unknown_name, "annotations cannot be read"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_signature_that_the_worker_refuses_is_refused(function: Callable[..., Any], problem: str) -> None:
    with pytest.raises(InvalidSpecError, match=f"function work: {problem}"):
        indexed(on_queue(function), Q="q")


def refused_out_generic(m: str, out: func.Out[list[str]]) -> None: ...
def refused_out_dict(m: str, out: func.Out[dict]) -> None: ...  # type: ignore[type-arg]
def refused_out_plain(m: str, out: str) -> None: ...


@pytest.mark.parametrize(
    ("function", "problem"),
    [
        (refused_out_generic, "out has the invalid non-type annotation"),
        (refused_out_dict, "out is annotated"),
        (refused_out_plain, "out is an output annotated"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_an_output_that_the_worker_refuses_is_refused(function: Callable[..., Any], problem: str) -> None:
    with pytest.raises(InvalidSpecError, match=f"function work: {problem}"):
        indexed(on_queue(function, output="out"), Q="q")


def answers_optional(req: func.HttpRequest) -> Optional[func.HttpResponse]: ...  # noqa: UP045
def answers_dict(req: func.HttpRequest) -> dict[str, str]:
    return {}


def answers_none(req: func.HttpRequest) -> None: ...
def takes_text(req: str) -> str:
    return req


@pytest.mark.parametrize("function", [answers_optional, answers_dict, answers_none], ids=lambda f: f.__name__)
def test_an_http_function_answers_a_response_or_a_text(function: Callable[..., Any]) -> None:
    with pytest.raises(InvalidSpecError, match="function hook: return is annotated"):
        indexed(on_http(function))


def test_an_http_function_takes_a_request() -> None:
    with pytest.raises(InvalidSpecError, match=r"function hook: req is annotated str. Use func\.HttpRequest"):
        indexed(on_http(takes_text))


@pytest.mark.parametrize("route", ["admin/x", "runtime", "Admin"])
def test_the_platforms_own_routes_are_refused(route: str) -> None:
    with pytest.raises(InvalidSpecError, match="the platform keeps"):
        indexed(lambda app: app.route(route)(lambda req: "x"))


@pytest.mark.parametrize("declare", [on_timer("%S%"), on_queue(accepted_text)], ids=["timer", "queue"])
def test_an_unset_setting_is_named(declare: Declare) -> None:
    with pytest.raises(InvalidSpecError, match=r"needs the setting [SQ], which is not set"):
        indexed(declare, S="", Other="x")


def test_an_empty_app_is_refused() -> None:
    with pytest.raises(InvalidSpecError, match="functions are none"):
        indexed(lambda app: None)


def test_two_functions_of_one_name_are_refused() -> None:
    def declare(app: func.FunctionApp) -> None:
        on_http(lambda req: "x", "same")(app)
        on_http(lambda req: "y", "same")(app)

    with pytest.raises(InvalidSpecError, match="same does not have a unique function name"):
        indexed(declare)


def test_a_trigger_of_another_kind_is_refused() -> None:
    with pytest.raises(InvalidSpecError, match="function f: trigger has the type 'blobTrigger'"):
        indexed(
            lambda app: app.function_name("f")(
                app.blob_trigger(arg_name="b", path="p", connection="C")(lambda b: None)
            )
        )


def test_a_binding_of_another_kind_is_refused() -> None:
    def declare(app: func.FunctionApp) -> None:
        table = app.table_output(arg_name="t", connection="C", table_name="T")
        on_http(table(lambda req, t: "x"))(app)

    with pytest.raises(InvalidSpecError, match="function hook: binding t has the type 'table'"):
        indexed(declare)


def test_a_retry_policy_on_a_queue_function_is_refused() -> None:
    def declare(app: func.FunctionApp) -> None:
        retry = app.retry(strategy="fixed_delay", max_retry_count="3", delay_interval="00:00:01")
        on_queue(retry(accepted_text))(app)

    with pytest.raises(InvalidSpecError, match="function work: retry is set"):
        indexed(declare, Q="q")
