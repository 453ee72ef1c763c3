"""The functions that a FunctionApp declares, read at the start; what Azure would refuse is refused here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import azure.functions as func

from host.annotations import check_signature
from shared.errors import InvalidSpecError

RETURN = "$return"
_SETTING = re.compile(r"%([^%]+)%")


@dataclass(frozen=True, slots=True)
class QueueOutput:
    """A queue output binding: what is set on `parameter` is sent after the function succeeded."""

    parameter: str
    queue_name: str


@dataclass(frozen=True, slots=True)
class Function:
    """A declared function. `trigger_type` is the annotation of its trigger parameter, None without one."""

    name: str
    call: Callable[..., Any]
    parameter: str
    outputs: tuple[QueueOutput, ...] = ()
    trigger_type: Any = None
    wants_context: bool = False


@dataclass(frozen=True, slots=True)
class HttpFunction:
    """`route` has no slash at its ends; no `methods` means every one."""

    function: Function
    route: str
    methods: frozenset[str]
    needs_key: bool


@dataclass(frozen=True, slots=True)
class QueueFunction:
    function: Function
    queue_name: str


@dataclass(frozen=True, slots=True)
class TimerFunction:
    """`schedule` is NCRONTAB, settings filled in."""

    function: Function
    schedule: str
    run_on_startup: bool = False
    use_monitor: bool = True


@dataclass(frozen=True, slots=True)
class Index:
    http: tuple[HttpFunction, ...] = ()
    queues: tuple[QueueFunction, ...] = ()
    timers: tuple[TimerFunction, ...] = ()


Triggered = HttpFunction | QueueFunction | TimerFunction


def index_app(app: func.FunctionApp, settings: Mapping[str, str]) -> Index:
    """Read the app's functions.

    Raises InvalidSpecError naming the function for whatever the platform or its Python worker refuses, for
    bindings that this host does not run, and for an unset `%SETTING%`.
    """
    app.functions_bindings = {}  # get_functions() calls the names of an earlier call duplicates
    try:
        declared = app.get_functions()
    except ValueError as error:
        raise InvalidSpecError("function app", "functions", f"cannot be indexed: {error}") from error
    if not declared:
        raise InvalidSpecError("function app", "functions", "are none", "Register the blueprints on the app")
    found = [_triggered(function, settings) for function in declared]
    return Index(
        tuple(each for each in found if isinstance(each, HttpFunction)),
        tuple(each for each in found if isinstance(each, QueueFunction)),
        tuple(each for each in found if isinstance(each, TimerFunction)),
    )


def _triggered(declared: Any, settings: Mapping[str, str]) -> Triggered:
    name: str = declared.get_function_name()
    trigger = declared.get_trigger()
    if trigger is None:
        raise _refused(
            name, "trigger", "is missing", "Decorate it with route, queue_trigger or timer_trigger"
        )
    _check_bindings(name, declared)
    fields: dict[str, Any] = trigger.get_dict_repr()
    function = _function(name, declared, fields, settings)
    match trigger.type:
        case "httpTrigger":
            return _http(function, fields)
        case "queueTrigger":
            return QueueFunction(function, _filled(name, "queue_name", fields["queueName"], settings))
        case _:
            return _timer(function, fields, settings)


def _check_bindings(name: str, declared: Any) -> None:
    trigger = declared.get_trigger()
    if trigger.type not in {"httpTrigger", "queueTrigger", "timerTrigger"}:
        raise _refused(
            name, "trigger", f"has the type {trigger.type!r}", "This host runs HTTP, queue and timer triggers"
        )
    for binding in declared.get_bindings():
        answer = binding.type == "http" and trigger.type == "httpTrigger"
        if binding is not trigger and binding.type != "queue" and not answer:
            raise _refused(
                name,
                f"binding {binding.name}",
                f"has the type {binding.type!r}",
                "This host runs queue outputs",
            )
    if declared.get_settings_dict("retry_policy"):
        raise _refused(name, "retry", "is set", "Storage queues retry by dequeue count: see host.json")


def _function(name: str, declared: Any, trigger: Mapping[str, Any], settings: Mapping[str, str]) -> Function:
    outputs = tuple(
        QueueOutput(binding.name, _filled(name, "queue_name", binding.queue_name, settings))
        for binding in declared.get_bindings()
        if binding.type == "queue"
    )
    call = declared.get_user_function()
    out_parameters = {output.parameter for output in outputs} - {RETURN}
    trigger_type, wants_context = check_signature(name, call, trigger, out_parameters)
    return Function(name, call, trigger["name"], outputs, trigger_type, wants_context)


def _http(function: Function, fields: Mapping[str, Any]) -> HttpFunction:
    route = str(fields.get("route") or function.name).strip("/")
    first = route.partition("/")[0].lower()
    if first in {"admin", "runtime"}:
        raise _refused(function.name, "route", f"is {route!r}: the platform keeps {first!r} for itself")
    methods = frozenset(str(method).upper() for method in fields.get("methods") or ())
    return HttpFunction(function, route, methods, needs_key=fields["authLevel"] != func.AuthLevel.ANONYMOUS)


def _timer(function: Function, fields: Mapping[str, Any], settings: Mapping[str, str]) -> TimerFunction:
    schedule = _filled(function.name, "schedule", fields["schedule"], settings)
    monitor = fields.get("useMonitor")
    return TimerFunction(
        function, schedule, bool(fields.get("runOnStartup")), monitor is None or bool(monitor)
    )


def _filled(name: str, field: str, text: str, settings: Mapping[str, str]) -> str:
    """Replace each `%SETTING%`."""

    def value(match: re.Match[str]) -> str:
        setting = match[1]
        if not settings.get(setting):
            raise _refused(name, field, f"needs the setting {setting}, which is not set", f"Set {setting}")
        return settings[setting]

    return _SETTING.sub(value, text)


def _refused(name: str, field: str, problem: str, hint: str = "") -> InvalidSpecError:
    return InvalidSpecError(f"function {name}", field, problem, hint)
