"""What Go's decoder and encoder do to an object: unknown fields and zero values vanish, types are checked,
quantities become canonical.

Source: sentences of encoding/json and sigs.k8s.io/json as a kube-apiserver 1.34 gives them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sandbox.cluster.api_error import bad_request
from sandbox.cluster.custom_schema import shaped
from sandbox.cluster.kinds import Kind
from sandbox.cluster.quantities import canonical
from sandbox.cluster.schema import drops_zero, fields, is_quantity, is_quantity_map, item_of, struct_name

_GO_TYPES = {"int": "int32", "bool": "bool", "str": "string", "float": "float64"}
_PYTHON: dict[str, type | tuple[type, ...]] = {
    "int": int,
    "bool": bool,
    "str": str,
    "float": (int, float),
    "datetime": str,
}


@dataclass(slots=True)
class _Reading:
    unknown: list[str] = field(default_factory=list)


def decode(
    kind: Kind, body: dict[str, Any], *, strict: bool = False, dropped: list[str] | None = None
) -> dict[str, Any]:
    """Return the object as the server would store it, before defaults. Raises 400.

    Custom resources are pruned and completed by their own schema. `strict` is fieldValidation=Strict; else
    `dropped` takes the paths of unknown fields.
    """
    reading = _Reading()
    try:
        decoded = _struct(reading, kind.model, body, "") if kind.model else _custom(reading, kind, body)
    except (TypeError, ValueError) as error:
        raise bad_request(f"{_handled(kind)}: {error}") from error
    if strict and reading.unknown:
        words = ", ".join(f'unknown field "{path}"' for path in reading.unknown)
        raise bad_request(f"{_handled(kind)}: strict decoding error: {words}")
    if dropped is not None:
        dropped += [path for path in reading.unknown if path not in dropped]
    return {"apiVersion": kind.api_version, "kind": kind.kind, **decoded}


def _custom(reading: _Reading, kind: Kind, body: dict[str, Any]) -> dict[str, Any]:
    metadata = _struct(reading, "V1ObjectMeta", body.get("metadata") or {}, "metadata")
    shape = {**body, "metadata": metadata}
    if kind.schema is not None:
        shape, dropped = shaped(kind.schema, shape)
        reading.unknown += dropped
    return shape


def _handled(kind: Kind) -> str:
    return f'{kind.kind} in version "{kind.version}" cannot be handled as a {kind.kind}'


def _struct(reading: _Reading, model: str, body: Any, path: str) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise TypeError(_mismatch(body, path, struct_name(model)))
    known = fields(model)
    found: dict[str, Any] = {}
    for name, value in body.items():
        where = f"{path}.{name}" if path else name
        kind = known.get(name)
        if kind is None:
            reading.unknown.append(where)
            continue
        decoded = _value(reading, kind, value, where, model)
        status = where.startswith("status")
        if (
            value is None
            or (not status and drops_zero(name, decoded))
            or _empty(kind, decoded, status=status)
        ):
            continue
        found[name] = decoded
    return found


def _empty(kind: str, value: Any, *, status: bool) -> bool:
    """Empty maps and lists are omitempty nearly everywhere; empty structs are pointers and stay."""
    return not status and bool(item_of(kind)) and not value


def _value(reading: _Reading, kind: str, value: Any, path: str, model: str) -> Any:
    if value is None or kind == "object":
        return _free(path, value)
    if inner := item_of(kind):
        return _collection(reading, kind, inner, value, path, model)
    if kind in _PYTHON:
        return _scalar(kind, value, path, model)
    return _struct(reading, kind, value, path)


def _collection(reading: _Reading, kind: str, inner: str, value: Any, path: str, model: str) -> Any:
    if kind.startswith("list["):
        if not isinstance(value, list):
            raise TypeError(_mismatch(value, path, f"[]{struct_name(inner)}", model))
        return [_value(reading, inner, item, f"{path}[{n}]", model) for n, item in enumerate(value)]
    if not isinstance(value, dict):
        raise TypeError(_mismatch(value, path, "map[string]string", model))
    name = path.rpartition(".")[2]
    if inner == "str" and is_quantity_map(name, model):
        return {key: _quantity(item) for key, item in value.items()}
    # Go reads a null in a map of strings as ""
    return {
        key: "" if item is None and inner == "str" else _value(reading, inner, item, path, model)
        for key, item in value.items()
    }


def _scalar(kind: str, value: Any, path: str, model: str) -> Any:
    name = path.rpartition(".")[2]
    if kind == "str" and is_quantity(name):
        return _quantity(value)
    wrong = not isinstance(value, _PYTHON[kind]) or (isinstance(value, bool) and kind != "bool")
    if wrong:
        if kind == "int" and isinstance(value, float) and value.is_integer():
            return int(value)
        raise TypeError(_mismatch(value, path, _GO_TYPES.get(kind, "string"), model))
    return value


def _quantity(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise TypeError("unable to parse quantity's suffix")
    return canonical(str(value))


def _free(path: str, value: Any) -> Any:
    """IntOrString and JSON: taken as they are; a quantity where the model calls it an object."""
    name = path.rpartition(".")[2]
    return canonical(str(value)) if is_quantity(name) and isinstance(value, str | int | float) else value


def _mismatch(value: Any, path: str, wanted: str, model: str = "") -> str:
    found = "bool" if isinstance(value, bool) else "string" if isinstance(value, str) else "number"
    if isinstance(value, dict | list):
        found = "object" if isinstance(value, dict) else "array"
    struct = f"{struct_name(model)}." if model else ""
    return f"json: cannot unmarshal {found} into Go struct field {struct}{path} of type {wanted}"
