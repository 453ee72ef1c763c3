"""ignoreDifferences: fields that somebody else may set; neither compared nor applied."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from typing import Any

from shared.domain.compare.field_sets import FieldSet, Path, fields_of, item_keys, owns
from shared.domain.compare.list_shapes import ATOMIC, shape_of, steps_of
from shared.domain.manifests.manifest import Manifest
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.specs.ignore_rule import IgnoreRule


def ignored_pointers(rules: Iterable[IgnoreRule], key: ResourceKey) -> tuple[str, ...]:
    """Return the JSON pointers of all rules that match the object, in their order, once each."""
    return tuple(dict.fromkeys(p for rule in rules if matches(rule, key) for p in rule.json_pointers))


def ignored_managers(rules: Iterable[IgnoreRule], key: ResourceKey) -> tuple[str, ...]:
    """Return the field managers whose fields the rules for this object leave to them, once each."""
    return tuple(
        dict.fromkeys(m for rule in rules if matches(rule, key) for m in rule.managed_fields_managers)
    )


def matches(rule: IgnoreRule, key: ResourceKey) -> bool:
    """Whether a rule is meant for an object: group and kind are globs, an empty name or namespace is any.

    Source: Argo CD util/argo/normalizers/diff_normalizer.go.
    """
    return (
        fnmatchcase(key.group, rule.group)
        and fnmatchcase(key.kind, rule.kind)
        and rule.name in ("", key.name)
        and rule.namespace in ("", key.namespace)
    )


def without_ignored(manifest: Manifest, pointers: Sequence[str]) -> Manifest:
    """Return the manifest without the fields that the JSON pointers (RFC 6901) name.

    What a pointer does not find is no error. The input is not changed; untouched parts are shared with it.
    Used on both sides of a comparison; what is applied is left_as_live's.
    """
    for pointer in pointers:
        steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
        if steps:
            manifest = _without(manifest, steps)
    return manifest


def without_fields_of(manifest: Manifest, live: Manifest, managers: Sequence[str]) -> Manifest:
    """Return the manifest without the fields that these field managers own in the live object.

    So what managedFieldsManagers leaves to somebody is left alone on apply, too. Keys of list items stay.
    """
    if not managers:
        return manifest
    theirs = fields_of(live, lambda entry: entry.get("manager") in managers)
    everyone = fields_of(live, lambda entry: True)
    left: Manifest = _left_over(manifest, theirs, everyone)
    return left


def left_to(live: Manifest, path: Path, managers: Sequence[str]) -> bool:
    """Whether one of these managers owns the field in the live object."""
    return bool(managers) and owns(fields_of(live, lambda entry: entry.get("manager") in managers), path)


def _without(value: Any, steps: list[str]) -> Any:
    step, rest = steps[0], steps[1:]
    if isinstance(value, dict) and step in value:
        if rest:
            return {**value, step: _without(value[step], rest)}
        return {name: inner for name, inner in value.items() if name != step}
    if isinstance(value, list) and step.isdigit() and int(step) < len(value):
        index = int(step)
        middle = [_without(value[index], rest)] if rest else []
        return [*value[:index], *middle, *value[index + 1 :]]
    return value


def _left_over(value: Any, theirs: FieldSet, everyone: FieldSet, at: Path = ()) -> Any:
    if isinstance(value, dict):
        steps = [(f"f:{name}", name) for name in value]
        keys = item_keys(at)
        return {
            name: _below(value[name], step, theirs, everyone, at)
            for step, name in steps
            if theirs.get(step) != {} or name in keys
        }
    if isinstance(value, list) and (shape := shape_of(value, value, everyone, at)) != ATOMIC:
        return [
            _below(item, step, theirs, everyone, at)
            for step, item in zip(steps_of(value, shape), value, strict=True)
            if theirs.get(step) != {}
        ]
    return value


def _below(value: Any, step: str, theirs: FieldSet, everyone: FieldSet, at: Path) -> Any:
    if not theirs.get(step):
        return value
    return _left_over(value, theirs[step], everyone.get(step, {}), (*at, step))
