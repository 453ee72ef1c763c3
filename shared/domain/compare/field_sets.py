"""Which fields of an object belong to whom: metadata.managedFields, read.

A field set is the `fieldsV1` JSON itself: nested objects whose names are steps. `f:NAME` is a field,
`k:{…}` an item of an associative list by its keys, `v:…` a value of a set, `i:N` a position, and `.` the
thing itself. A step without anything below it is a leaf: a scalar, or a list or map that is replaced as
one (atomic). A path is a tuple of such steps.

Source: sigs.k8s.io/structured-merge-diff fieldpath/serialize-pe.go.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from shared.domain.manifests.manifest import Manifest, metadata_of

FieldSet = dict[str, Any]
Path = tuple[str, ...]
Entry = Mapping[str, Any]

_KEY_DEFAULTS = {"protocol": "TCP"}


def fields_of(live: Manifest, wanted: Callable[[Entry], bool]) -> FieldSet:
    """Return the union of the fields of all wanted managedFields entries in the object's own version."""
    version = live.get("apiVersion")
    merged: FieldSet = {}
    for entry in entries_of(live):
        if entry.get("apiVersion") == version and wanted(entry):
            merge(merged, entry.get("fieldsV1") or {})
    return merged


def entries_of(live: Manifest) -> Iterator[Entry]:
    """Yield the well-formed entries of metadata.managedFields."""
    entries = metadata_of(live).get("managedFields")
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict):
            yield entry


def merge(into: FieldSet, fields: FieldSet) -> None:
    """Add `fields` to `into`, in place."""
    for step, inner in fields.items():
        merge(into.setdefault(step, {}), inner)


def below(fields: FieldSet | None, step: str) -> FieldSet | None:
    """The fields under one step; None where nobody says anything of it."""
    return None if fields is None else fields.get(step)


def owns(fields: FieldSet, path: Path) -> bool:
    """Whether the set has the path itself, or an atomic value that the path lies in."""
    node = fields
    for step in path:
        if step not in node:
            return bool(fields) and node is not fields and not node
        node = node[step]
    return True


def list_keys(fields: FieldSet | None) -> tuple[str, ...]:
    """The names that tell the items of an associative list apart, or () where the set shows none."""
    return next((tuple(_key_of(step)) for step in fields or () if step.startswith("k:")), ())


def key_step(item: Any, keys: Iterable[str]) -> str:
    """The step of a list item, as the API server writes it: `k:{"containerPort":80,"protocol":"TCP"}`."""
    found = []
    for key in keys:
        value = item.get(key, _KEY_DEFAULTS.get(key)) if isinstance(item, dict) else None
        if value is not None:
            whole = int(value) if isinstance(value, float) and value.is_integer() else value
            found.append((key, whole, type(whole).__name__))
    if all(isinstance(value, str | int) for _, value, _ in found):
        return _spelt(tuple(found))
    return "k:" + _compact({key: value for key, value, _ in found})


def item_keys(at: Path) -> frozenset[str]:
    """The names of the fields by which the list item at a path is known; none where it is no such item."""
    return frozenset(_key_of(at[-1])) if at and at[-1].startswith("k:") else frozenset()


def value_step(value: Any) -> str:
    """The step of a value of a set: `v:"kubernetes.io/pv-protection"`."""
    return "v:" + _compact(value)


def text_of(path: Path) -> str:
    """A path as people read it: `spec.template.spec.containers[name=web].image`."""
    text = ""
    for step in path:
        kind, rest = step[:2], step[2:]
        if kind == "f:":
            text += f"[{rest}]" if "." in rest or "/" in rest else f".{rest}"
        elif kind == "k:":
            text += "[" + ",".join(f"{name}={value}" for name, value in _key_of(step).items()) + "]"
        else:
            text += f"[{rest}]"
    return text.removeprefix(".")


@lru_cache(maxsize=4096)
def _key_of(step: str) -> dict[str, Any]:
    """The keys of an item by its step; not to be changed."""
    key = json.loads(step[2:])
    return key if isinstance(key, dict) else {}


@lru_cache(maxsize=4096)
def _spelt(key: tuple[tuple[str, Any, str], ...]) -> str:
    """The type is in the key of the cache only: 1 and true are equal to Python."""
    return "k:" + _compact({name: value for name, value, _ in key})


def _compact(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
