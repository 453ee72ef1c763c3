"""The URLs of a kind in OpenAPI v3: which methods, query options and media types there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.cluster import patching
from sandbox.cluster.kinds import Kind
from sandbox.cluster.openapi.components import REFERENCE

_Json = dict[str, Any]
_WRITE = ("dryRun", "fieldManager", "fieldValidation")
_LIST = (
    *("allowWatchBookmarks", "continue", "fieldSelector", "labelSelector", "limit", "resourceVersion"),
    *("resourceVersionMatch", "sendInitialEvents", "timeoutSeconds", "watch"),
)
_DELETE = ("dryRun", "gracePeriodSeconds", "orphanDependents", "propagationPolicy")
_OPTIONS: Mapping[str, tuple[str, ...]] = {
    "list": _LIST,
    "get": (),
    "post": _WRITE,
    "put": _WRITE,
    "patch": (*_WRITE, "force"),
    "delete": _DELETE,
    "deletecollection": (*_LIST, *_DELETE),
}
_TYPES: Mapping[str, str] = {
    **dict.fromkeys(("limit", "timeoutSeconds", "gracePeriodSeconds"), "integer"),
    **dict.fromkeys(("force", "watch", "allowWatchBookmarks"), "boolean"),
    **dict.fromkeys(("sendInitialEvents", "orphanDependents"), "boolean"),
}


def paths_of(kind: Kind, component: str) -> dict[str, _Json]:
    """Return the path items of a kind by URL; `component` is the schema of one object."""
    root = f"/apis/{kind.api_version}" if kind.group else f"/api/{kind.version}"
    place = f"{root}/namespaces/{{namespace}}" if kind.namespaced else root
    collection = {"get": "list", "post": "post", "delete": "deletecollection"}
    one = {method: method for method in ("get", "put", "patch", "delete")}
    found = {
        f"{place}/{kind.plural}": _item(kind, component, collection),
        f"{place}/{kind.plural}/{{name}}": _item(kind, component, one),
    }
    if kind.namespaced:
        found[f"{root}/{kind.plural}"] = _item(kind, component, {"get": "list"})
    if kind.status:
        changes = {method: method for method in ("get", "put", "patch")}
        found[f"{place}/{kind.plural}/{{name}}/status"] = _item(kind, component, changes)
    for url, item in found.items():
        item["parameters"] = [_in_path(name) for name in ("name", "namespace") if f"{{{name}}}" in url]
    return found


def _item(kind: Kind, component: str, methods: Mapping[str, str]) -> _Json:
    return {method: _operation(kind, component, action) for method, action in methods.items()}


def _operation(kind: Kind, component: str, action: str) -> _Json:
    schema = {"$ref": REFERENCE + component}
    operation: _Json = {
        "parameters": [_option(name) for name in _OPTIONS[action]],
        "responses": {"200": {"description": "OK", "content": {"application/json": {"schema": schema}}}},
        "x-kubernetes-action": action,
        "x-kubernetes-group-version-kind": {
            "group": kind.group,
            "kind": kind.kind,
            "version": kind.version,
        },
    }
    if action in ("post", "put"):
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    elif action == "patch":
        media = [patching.APPLY, patching.JSON, patching.MERGE]
        media += [patching.STRATEGIC] if kind.model else []
        content = {each: {"schema": {"type": "object"}} for each in media}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _option(name: str) -> _Json:
    return {"in": "query", "name": name, "schema": {"type": _TYPES.get(name, "string"), "uniqueItems": True}}


def _in_path(name: str) -> _Json:
    return {"in": "path", "name": name, "required": True, "schema": {"type": "string", "uniqueItems": True}}
