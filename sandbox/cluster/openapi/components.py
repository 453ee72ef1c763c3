"""Schemas of the built-in kinds: fields from the `kubernetes` package, markers from the Go types.

Source: k8s.io/kube-openapi's form of OpenAPI v3, as a kube-apiserver 1.34 answers it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from sandbox.cluster.kinds import Kind
from sandbox.cluster.schema import fields, is_quantity, is_quantity_map, item_of, struct_name

_Json = dict[str, Any]
REFERENCE = "#/components/schemas/"
META = "io.k8s.apimachinery.pkg.apis.meta.v1"
_TIME, _MICRO_TIME = f"{META}.Time", f"{META}.MicroTime"
_INT_OR_STRING = "io.k8s.apimachinery.pkg.util.intstr.IntOrString"
_QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity"
_WELL_KNOWN: Mapping[str, _Json] = {
    _TIME: {"type": "string", "format": "date-time"},
    _MICRO_TIME: {"type": "string", "format": "date-time"},
    _INT_OR_STRING: {"format": "int-or-string", "oneOf": [{"type": "integer"}, {"type": "string"}]},
    _QUANTITY: {"oneOf": [{"type": "string"}, {"type": "number"}]},
}
_SCALARS: Mapping[str, _Json] = {
    "object": {"type": "object"},
    "str": {"type": "string"},
    "int": {"type": "integer", "format": "int64"},
    "bool": {"type": "boolean"},
    "float": {"type": "number", "format": "double"},
}
_INT_OR_STRING_FIELDS = frozenset({"port", "targetPort", "maxSurge", "maxUnavailable", "minAvailable"})
_PACKAGED = re.compile(r"^([A-Z][a-z]+)?V\d+((?:alpha|beta)\d+)?(?=[A-Z])")
_DESCRIBED = re.compile(r"# noqa: E501\n\n        (.*?)  # noqa: E501\n\n        :return", re.DOTALL)


class Components:
    """The schemas that some kinds are made of, by their component names. Built once, then read only.

    `structs` is what the merge program describes: by Go's name of a struct its `package`, `description` and
    the markers of its `fields`.
    """

    def __init__(self, structs: Mapping[str, Any]) -> None:
        self._structs = structs
        self.schemas: dict[str, _Json] = {}

    def add(self, kind: Kind) -> str:
        """Add a built-in kind with everything in it, and return its component name."""
        name = self._model(kind.model, kind.group)
        identity = {"group": kind.group, "kind": kind.kind, "version": kind.version}
        self.schemas[name]["x-kubernetes-group-version-kind"] = [identity]
        return name

    def metadata(self) -> str:
        """Add ObjectMeta alone and return its component name: custom kinds need it."""
        return self._model("V1ObjectMeta", "")

    def _model(self, model: str, group: str) -> str:
        struct = self._structs.get(struct_of(model)) or {}
        name = _component(str(struct.get("package") or ""), struct_of(model), group)
        if name in self.schemas:
            return name
        schema = self.schemas[name] = {}  # before its fields: JSONSchemaProps contains itself
        if description := struct.get("description"):
            schema["description"] = description
        markers = struct.get("fields") or {}
        properties: _Json = {}
        for field, kind in sorted(fields(model).items()):
            properties[field] = {**self._field(kind, field, model, group), **markers.get(field, {})}
            if description := _descriptions(model).get(field):
                properties[field]["description"] = description
        schema.update(type="object", properties=properties)
        if required := _required(model):
            schema["required"] = list(required)
        return name

    def _field(self, kind: str, field: str, model: str, group: str) -> _Json:
        if inner := item_of(kind):
            quantities = kind.startswith("dict") and is_quantity_map(field, model)
            item = self._refer(_QUANTITY) if quantities else self._field(inner, "", model, group)
            if kind.startswith("list["):
                return {"type": "array", "items": item}
            return {"type": "object", "additionalProperties": item}
        if well_known := _well_known(kind, field):
            return self._refer(well_known)
        if kind in _SCALARS:
            return dict(_SCALARS[kind])
        return {"allOf": [{"$ref": REFERENCE + self._model(kind, group)}]}

    def _refer(self, name: str) -> _Json:
        self.schemas.setdefault(name, dict(_WELL_KNOWN[name]))
        return {"allOf": [{"$ref": REFERENCE + name}]}


def _well_known(kind: str, field: str) -> str:
    """The component of a value that is more than its JSON type, "" for others."""
    if is_quantity(field):
        return _QUANTITY
    if kind == "datetime":
        return _MICRO_TIME if field in ("eventTime", "acquireTime", "renewTime") else _TIME
    return _INT_OR_STRING if kind == "object" and field in _INT_OR_STRING_FIELDS else ""


def struct_of(model: str) -> str:
    """`V1DeploymentSpec` → `DeploymentSpec`, `DiscoveryV1EndpointPort` → `EndpointPort`."""
    return _PACKAGED.sub("", model) or struct_name(model)


def custom_component(kind: Kind) -> str:
    """`io.example.v1.Widget`: the group's parts backwards."""
    return ".".join([*reversed(kind.group.split(".")), kind.version, kind.kind])


def _component(package: str, struct: str, group: str) -> str:
    """`k8s.io/api/apps/v1` + `Deployment` → `io.k8s.api.apps.v1.Deployment`."""
    if not package:
        package = f"k8s.io/api/{group.partition('.')[0] or 'core'}/v1"
    host, _, rest = package.partition("/")
    return ".".join([*reversed(host.split(".")), *rest.split("/"), struct])


@cache
def _descriptions(model: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for field, prop in _properties(model):
        match = _DESCRIBED.search(prop.__doc__ or "")
        if match:
            found[field] = match.group(1)
    return found


@cache
def _required(model: str) -> tuple[str, ...]:
    """The setters of the package refuse None for required fields."""
    return tuple(sorted(field for field, prop in _properties(model) if _refuses_none(prop)))


def _refuses_none(prop: property) -> bool:
    constants: Iterable[object] = prop.fset.__code__.co_consts if prop.fset else ()
    return any(isinstance(text, str) and text.endswith("must not be `None`") for text in constants)


def _properties(model: str) -> list[tuple[str, property]]:
    from kubernetes import client

    found = getattr(client, model)
    return [(field, getattr(found, name)) for name, field in found.attribute_map.items()]
