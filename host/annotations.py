"""The signatures that the Python worker of Azure Functions refuses: one such function and no function runs.

Source: azure_functions_worker/functions.py (worker 4.34), and the same worker driven over its protocol.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Mapping, Set
from typing import Any

import azure.functions as func

from shared.errors import InvalidSpecError

_TRIGGER_TYPES: dict[str, tuple[type, ...]] = {
    "httpTrigger": (func.HttpRequest,),
    "queueTrigger": (func.QueueMessage, str, bytes),
    "timerTrigger": (func.TimerRequest,),
}
_OUT_TYPES = (str, bytes, func.QueueMessage)


def check_signature(
    name: str, call: Callable[..., Any], trigger: Mapping[str, Any], outputs: Set[str]
) -> tuple[Any, bool]:
    """Return the trigger parameter's type (None if it has none) and whether `context` is wanted.

    Raises InvalidSpecError naming the parameter.
    """
    parameters = inspect.signature(call).parameters
    hints = _hints(name, call)
    bound = {trigger["name"], *outputs}
    for parameter in bound - set(parameters):
        raise _refused(name, parameter, "is a binding but no parameter", "Add the parameter")
    for parameter in set(parameters) - bound - {"context"}:
        raise _refused(name, parameter, "is a parameter but no binding", "Bind it, or take it from a closure")
    wants_context = "context" in parameters and "context" not in bound
    if wants_context and hints.get("context", func.Context) is not func.Context:
        raise _refused(name, "context", "is not annotated as func.Context")
    _check_trigger(name, trigger, hints)
    for parameter in outputs:
        _check_out(name, parameter, hints.get(parameter))
    if trigger["type"] == "httpTrigger":
        _check_answer(name, hints)
    return hints.get(trigger["name"]), wants_context


def _hints(name: str, call: Callable[..., Any]) -> dict[str, Any]:
    try:
        return typing.get_type_hints(call)
    except (NameError, TypeError) as error:
        raise _refused(
            name, "annotations", f"cannot be read: {error}", "Import the names at the top level"
        ) from error


def _check_trigger(name: str, trigger: Mapping[str, Any], hints: Mapping[str, Any]) -> None:
    parameter, allowed = trigger["name"], _TRIGGER_TYPES[trigger["type"]]
    annotation = hints.get(parameter)
    if annotation is None:
        return
    if not _is_type(annotation):
        raise _refused(name, parameter, f"has the invalid non-type annotation {annotation}")
    if not issubclass(annotation, allowed):
        raise _refused(name, parameter, f"is annotated {annotation.__name__}", f"Use {_listed(allowed)}")


def _check_out(name: str, parameter: str, annotation: Any) -> None:
    if annotation is None or annotation is func.Out:
        return
    if typing.get_origin(annotation) is not func.Out:
        raise _refused(name, parameter, f"is an output annotated {annotation}", "Use func.Out[str]")
    (inner,) = typing.get_args(annotation)
    # typing.List[str] passes and list[str] does not: the worker takes the second for no type
    item = typing.get_args(inner)[0] if str(inner).startswith("typing.List[") else inner
    if not _is_type(item):
        raise _refused(
            name,
            parameter,
            f"has the invalid non-type annotation {annotation}",
            "Use typing.List in func.Out",
        )
    if not issubclass(item, _OUT_TYPES):
        raise _refused(
            name, parameter, f"is annotated {annotation}", f"Use func.Out of {_listed(_OUT_TYPES)}"
        )


def _check_answer(name: str, hints: Mapping[str, Any]) -> None:
    if "return" in hints and hints["return"] not in (func.HttpResponse, str):
        raise _refused(
            name, "return", f"is annotated {hints['return']}", "Use func.HttpResponse, str or nothing"
        )


def _is_type(annotation: Any) -> bool:
    return isinstance(annotation, type) and typing.get_origin(annotation) is None


def _listed(types: tuple[type, ...]) -> str:
    return ", ".join(
        each.__name__ if each.__module__ == "builtins" else f"func.{each.__name__}" for each in types
    )


def _refused(name: str, field: str, problem: str, hint: str = "") -> InvalidSpecError:
    return InvalidSpecError(f"function {name}", field, problem, hint or "Azure's Python worker refuses it")
