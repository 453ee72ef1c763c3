"""Lists with keys in custom resources, written as maps for the merge program and read back.

The merge program knows the schemas of the built-in kinds only; of others it deduces that lists are atomic.
A map whose keys are the names that field paths give to the items (`k:{"name":"a"}`) merges as the list would;
managedFields differ in a prefix and in a ".", which is undone here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sandbox.cluster.custom_schema import Schema, identity_of

_Json = dict[str, Any]
_METADATA: Schema = {
    "properties": {
        "finalizers": {"x-kubernetes-list-type": "set"},
        "ownerReferences": {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["uid"]},
    }
}
_ITEM = re.compile(r'\.k:(\{(?:[^{}"]|"(?:[^"\\]|\\.)*")*\})')
_MEMBER = re.compile(r'\.v:("(?:[^"\\]|\\.)*"|[^\s.\]]+)')


def with_metadata(schema: Schema) -> Schema:
    """The schema of a whole object: metadata has lists with keys too."""
    return {**schema, "properties": {**(schema.get("properties") or {}), "metadata": _METADATA}}


def as_maps(schema: Schema, body: _Json) -> _Json:
    """Write the object for the merge program."""
    encoded: _Json = _as_maps(schema, body)
    if managed := body.get("metadata", {}).get("managedFields"):
        entries = [{**entry, "fieldsV1": _prefixed(entry.get("fieldsV1"))} for entry in managed]
        encoded["metadata"]["managedFields"] = entries
    return encoded


def as_lists(schema: Schema, merged: _Json, live: _Json, patch: _Json) -> _Json:
    """Read the object back; items keep the order of `live` and `patch` as a typed merge would."""
    decoded: _Json = _as_lists(schema, merged, live, patch)
    for entry in decoded.get("metadata", {}).get("managedFields") or ():
        entry["fieldsV1"] = _bare(
            entry.get("fieldsV1"), applied=entry.get("operation") == "Apply", item=False
        )
    return decoded


def readable(message: str) -> str:
    """`.spec.parts.k:{"name":"b"}.value` → `.spec.parts[name="b"].value`"""
    message = _ITEM.sub(lambda m: "[" + re.sub(r'"([^"]+)":', r"\1=", m[1][1:-1]) + "]", message)
    return _MEMBER.sub(r"[=\1]", message)


def _as_maps(schema: Schema, value: Any) -> Any:
    if isinstance(value, list):
        identity, items = identity_of(schema), schema.get("items") or {}
        if identity is None:
            return value
        return {identity(item): _as_maps(items, item) if isinstance(item, dict) else True for item in value}
    if not isinstance(value, dict):
        return value
    return {name: _as_maps(_inner(schema, name), inner) for name, inner in value.items()}


def _as_lists(schema: Schema, value: Any, live: Any, patch: Any) -> Any:
    identity = identity_of(schema)
    if identity is not None and isinstance(value, dict):
        old = {identity(item): item for item in live} if isinstance(live, list) else {}
        new = {identity(item): item for item in patch} if isinstance(patch, list) else {}
        found: list[Any] = []
        for name in _ordered(value, list(old), list(new)):
            source = new.get(name, old.get(name))
            if isinstance(source, dict):
                found.append(_as_lists(schema.get("items") or {}, value[name], old.get(name), new.get(name)))
            else:
                found.append(source)
        return found
    if not isinstance(value, dict):
        return value
    before = live if isinstance(live, dict) else {}
    after = patch if isinstance(patch, dict) else {}
    return {
        name: _as_lists(_inner(schema, name), inner, before.get(name), after.get(name))
        for name, inner in value.items()
    }


def _ordered(merged: Mapping[str, Any], old: list[str], new: list[str]) -> list[str]:
    """Source: structured-merge-diff typed/merge.go: what both have leads what the patch puts before it."""
    order, left = [], list(new)
    for name in old:
        if name in left:
            place = left.index(name) + 1
            order += left[:place]
            del left[:place]
        elif name not in order:
            order.append(name)
    return [name for name in [*order, *left] if name in merged]


def _inner(schema: Schema, name: str) -> Schema:
    others = schema.get("additionalProperties")
    known = (schema.get("properties") or {}).get(name)
    return known or (others if isinstance(others, dict) else {})


def _prefixed(fields: Any) -> Any:
    if not isinstance(fields, dict):
        return fields
    return {(f"f:{k}" if k[:2] in ("k:", "v:") else k): _prefixed(inner) for k, inner in fields.items()}


def _bare(fields: Any, *, applied: bool, item: bool) -> Any:
    """In typed entries of appliers a "." stands in items of lists only."""
    if not isinstance(fields, dict):
        return fields
    found: _Json = {}
    for name, inner in fields.items():
        if name == "." and applied and not item:
            continue
        bare = name[2:] if name.startswith(("f:k:", "f:v:")) else name
        found[bare] = _bare(inner, applied=applied, item=bare.startswith("k:"))
    return found
