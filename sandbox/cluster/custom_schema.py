"""Structural schemas of CustomResourceDefinitions: pruning, defaults, validation.

Source: k8s.io/apiextensions-apiserver/pkg/apiserver/{schema,validation}; sentences of a 1.34 server.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import Any

import orjson

from sandbox.cluster.api_error import FieldError

_Json = dict[str, Any]
Schema = Mapping[str, Any]
_OWN = ("apiVersion", "kind", "metadata")
_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
}


def shaped(schema: Schema, body: _Json) -> tuple[_Json, list[str]]:
    """Return the object without unknown fields and with defaults, and the paths of what was dropped."""
    dropped: list[str] = []
    kept = {name: body[name] for name in _OWN if name in body}
    rest = {name: value for name, value in body.items() if name not in _OWN}
    inner = {**schema, "properties": {k: v for k, v in _properties(schema).items() if k not in _OWN}}
    return {**kept, **_shaped(inner, rest, "", dropped)}, dropped


def _shaped(schema: Schema, value: Any, path: str, dropped: list[str]) -> Any:
    if isinstance(value, list):
        items = schema.get("items") or {}
        return [_shaped(items, item, f"{path}[{n}]", dropped) for n, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    properties, others = _properties(schema), schema.get("additionalProperties")
    open_ended = schema.get("x-kubernetes-preserve-unknown-fields") or others or not properties
    found: _Json = {}
    for name, inner in value.items():
        where = f"{path}.{name}" if path else name
        known = properties.get(name) or (others if isinstance(others, dict) else None)
        if known is None and not open_ended:
            dropped.append(where)
        elif inner is not None or (known or {}).get("nullable") or "default" not in (known or {}):
            found[name] = _shaped(known or {}, inner, where, dropped)
    for name, known in properties.items():
        if "default" in known and name not in found:
            found[name] = _shaped(known, deepcopy(known["default"]), name, [])
    return found


def violations(schema: Schema, body: _Json) -> list[FieldError]:
    """What the object does against its schema."""
    rest = {name: value for name, value in body.items() if name not in _OWN}
    required = [name for name in schema.get("required") or () if name not in _OWN]
    inner = {**schema, "required": required}
    return list(_violations(inner, rest, ""))


def _violations(schema: Schema, value: Any, path: str) -> Iterator[FieldError]:
    if value is None and schema.get("nullable"):
        return
    wanted = "integer,string" if schema.get("x-kubernetes-int-or-string") else schema.get("type")
    if wanted and not _is(value, wanted):
        found = _type_of(value)
        words = f'Invalid value: "{found}": {path} in body must be of type {wanted}: "{found}"'
        yield FieldError(path, words, "FieldValueTypeInvalid")
        return
    if "enum" in schema and value not in schema["enum"]:
        yield FieldError.unsupported(path, value, tuple(map(str, schema["enum"])))
    for check in (_number, _text, _list, _object):
        yield from check(schema, value, path)


def _number(schema: Schema, value: Any, path: str) -> Iterator[FieldError]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and (value < low or (schema.get("exclusiveMinimum") and value == low)):
        words = "greater than" + ("" if schema.get("exclusiveMinimum") else " or equal to")
        yield FieldError.invalid(path, value, f"{path} in body should be {words} {low}")
    if high is not None and (value > high or (schema.get("exclusiveMaximum") and value == high)):
        words = "less than" + ("" if schema.get("exclusiveMaximum") else " or equal to")
        yield FieldError.invalid(path, value, f"{path} in body should be {words} {high}")


def _text(schema: Schema, value: Any, path: str) -> Iterator[FieldError]:
    if not isinstance(value, str):
        return
    least, most, pattern = schema.get("minLength", 0), schema.get("maxLength"), schema.get("pattern")
    if len(value) < least:
        yield FieldError.invalid(path, value, f"{path} in body should be at least {least} chars long")
    if most is not None and len(value) > most:
        yield FieldError(path, f"Too long: may not be more than {most} bytes", "FieldValueTooLong")
    if pattern and not re.search(pattern, value):
        yield FieldError.invalid(path, value, f"{path} in body should match '{pattern}'")


def _list(schema: Schema, value: Any, path: str) -> Iterator[FieldError]:
    if not isinstance(value, list):
        return
    least, most = schema.get("minItems", 0), schema.get("maxItems")
    if len(value) < least:
        yield FieldError.invalid(path, len(value), f"{path} in body should have at least {least} items")
    if most is not None and len(value) > most:
        problem = f"Too many: {len(value)}: must have at most {most} items"
        yield FieldError(path, problem, "FieldValueTooMany")
    for number, item in enumerate(value):
        yield from _violations(schema.get("items") or {}, item, f"{path}[{number}]")
    identity = identity_of(schema)
    seen: set[str] = set()
    for number, item in enumerate(value if identity else ()):
        text = identity(item) if identity else ""
        if text in seen:
            problem = f"Duplicate value: {text[2:]}"
            yield FieldError(f"{path}[{number}]", problem, "FieldValueDuplicate")
        seen.add(text)


def _object(schema: Schema, value: Any, path: str) -> Iterator[FieldError]:
    if not isinstance(value, dict):
        return
    for name in schema.get("required") or ():
        if name not in value:
            yield FieldError.required(f"{path}.{name}" if path else name)
    others = schema.get("additionalProperties")
    for name, inner in value.items():
        known = _properties(schema).get(name) or (others if isinstance(others, dict) else {})
        yield from _violations(known, inner, f"{path}.{name}" if path else name)


def identity_of(schema: Schema) -> Callable[[Any], str] | None:
    """How a field path names an item of this list: `k:{"name":"a"}`, `v:"x"`; None for atomic lists."""
    kind = schema.get("x-kubernetes-list-type")
    if kind == "set":
        return lambda item: "v:" + _text_of(item)
    if kind != "map":
        return None
    keys = schema.get("x-kubernetes-list-map-keys") or ()
    defaults = {name: each.get("default") for name, each in _properties(schema.get("items") or {}).items()}

    def identity(item: Any) -> str:
        return "k:" + _text_of({key: (item or {}).get(key, defaults.get(key)) for key in keys})

    return identity


def _text_of(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def _properties(schema: Schema) -> Mapping[str, Any]:
    found: Mapping[str, Any] = schema.get("properties") or {}
    return found


def _is(value: Any, wanted: str) -> bool:
    if isinstance(value, bool):
        return wanted == "boolean"
    return any(isinstance(value, _TYPES[name]) for name in wanted.split(",")) or (
        wanted == "integer" and isinstance(value, float) and value.is_integer()
    )


def _type_of(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    return next(name for name, kind in _TYPES.items() if isinstance(value, kind))
