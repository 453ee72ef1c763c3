"""The part of kubectl's JSONPath that printer columns of custom resources use.

Source: k8s.io/client-go/util/jsonpath; apiextensions tableconvertor takes the first result of a path.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

_STEP = re.compile(
    r"""\.(?P<name>(?:\\.|[^.\[\]\\])+)      # .name, with \. for a dot in it
      | \[['"](?P<quoted>[^'"]+)['"]\]       # ['name']
      | \[(?P<index>-?\d+|\*)\]              # [0], [*]
      | \[\?\(@\.(?P<field>[\w.-]+)\s*==\s*['"](?P<value>[^'"]*)['"]\)\]  # [?(@.type=="Ready")]
    """,
    re.VERBOSE,
)
_Step = Callable[[Any], Iterable[Any]]


def first(path: str, body: Any) -> Any:
    """Return the first value at a path like `.status.conditions[?(@.type=="Ready")].status`, or None."""
    values: list[Any] = [body]
    for step in _steps(path if path.startswith((".", "[")) else f".{path}"):
        values = [inner for value in values for inner in step(value) if inner is not None]
    return values[0] if values else None


def _steps(path: str) -> list[_Step]:
    steps: list[_Step] = []
    place = 0
    while match := _STEP.match(path, place):
        steps.append(_step(match))
        place = match.end()
    return steps if place == len(path) else [lambda _: ()]


def _step(match: re.Match[str]) -> _Step:
    name, index = match["name"] or match["quoted"], match["index"]
    if name is not None:
        return _Named(name.replace("\\.", "."))
    return _Indexed(index) if index is not None else _Filtered(match["field"], match["value"])


class _Named:
    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, value: Any) -> Iterable[Any]:
        if self._name == "*" and isinstance(value, dict):
            return list(value.values())
        return [value.get(self._name)] if isinstance(value, dict) else ()


class _Indexed:
    def __init__(self, index: str) -> None:
        self._index = index

    def __call__(self, value: Any) -> Iterable[Any]:
        if not isinstance(value, list):
            return ()
        if self._index == "*":
            return value
        place = int(self._index)
        return value[place : place + 1 or None]


class _Filtered:
    def __init__(self, field: str, wanted: str) -> None:
        self._field, self._wanted = field, wanted

    def __call__(self, value: Any) -> Iterable[Any]:
        items = value if isinstance(value, list) else ()
        return [item for item in items if str(first(f".{self._field}", item)) == self._wanted]
