"""ignoreDifferences on apply: what is left alone has to stay as it is in the cluster."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Self

from shared.domain.compare.field_sets import FieldSet, Path, fields_of
from shared.domain.compare.list_shapes import ATOMIC, shape_of, steps_of
from shared.domain.manifests.manifest import Manifest

_ABSENT: Any = object()


@dataclass(frozen=True, slots=True)
class _Owned:
    """Who owns what at a path. `ours`: None where nothing is ours, {} where all below is."""

    ours: FieldSet | None
    everyone: FieldSet | None
    at: Path = ()

    def under(self, step: str) -> Self:
        return type(self)(_below(self.ours, step), _below(self.everyone, step), (*self.at, step))


def left_as_live(
    desired: Manifest, live: Manifest, pointers: Sequence[str], managers: Collection[str]
) -> Manifest:
    """Return desired with what the JSON pointers (RFC 6901) name as it is in the live object.

    A field that none of `managers` owns is left out, and stays with whoever owns it. One of theirs is sent
    with its live value, also when desired says nothing of it: server-side apply removes what its manager
    no longer sends, and a Deployment without replicas has one. Items of lists are found by their keys,
    items of a list that is replaced as one by their position. The inputs are not changed.

    Source: Argo CD copies the live values into the target (RespectIgnoreDifferences=true); the removal is
    https://kubernetes.io/docs/reference/using-api/server-side-apply/#transferring-ownership
    """
    ours = fields_of(live, lambda entry: entry.get("manager") in managers)
    everyone = fields_of(live, lambda entry: True)
    owned = _Owned(ours or None, everyone or None)
    for pointer in pointers:
        steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
        if steps:
            desired = _taken(desired, live, steps, owned)
    return desired


def _taken(desired: Any, live: Any, steps: list[str], owned: _Owned) -> Any:
    if isinstance(desired, dict):
        return _in_map(desired, live if isinstance(live, dict) else {}, steps, owned)
    if isinstance(desired, list) and steps[0].isdigit() and int(steps[0]) < len(desired):
        return _in_list(desired, live if isinstance(live, list) else [], steps, owned)
    return desired


def _in_map(desired: dict[str, Any], live: dict[str, Any], steps: list[str], owned: _Owned) -> dict[str, Any]:
    name, rest = steps[0], steps[1:]
    before, inside = live.get(name, _ABSENT), owned.under(f"f:{name}")
    if not rest:
        others = {key: value for key, value in desired.items() if key != name}
        return others if before is _ABSENT or inside.ours is None else {**others, name: before}
    if name in desired:
        return {**desired, name: _taken(desired[name], before, rest, inside)}
    inner = _taken({}, before, rest, inside) if isinstance(before, dict) else {}
    return {**desired, name: inner} if inner else desired


def _in_list(desired: list[Any], live: list[Any], steps: list[str], owned: _Owned) -> list[Any]:
    index, rest = int(steps[0]), steps[1:]
    before, inside = _same_item(desired, live, index, owned)
    if rest and before is _ABSENT:  # a new item: there is nothing yet to leave alone
        return desired
    if rest:
        kept = [_taken(desired[index], before, rest, inside)]
    else:
        kept = [] if before is _ABSENT or inside.ours is None else [before]
    return [*desired[:index], *kept, *desired[index + 1 :]]


def _same_item(desired: list[Any], live: list[Any], index: int, owned: _Owned) -> tuple[Any, _Owned]:
    """The live item that an item of desired is, _ABSENT where there is none, and who owns it."""
    shape = shape_of(desired, live, owned.everyone, owned.at)
    if shape == ATOMIC:
        whole = _Owned({} if owned.ours is not None else None, {}, (*owned.at, f"i:{index}"))
        return (live[index] if index < len(live) else _ABSENT), whole
    (step,) = steps_of([desired[index]], shape)
    same = (item for item, found in zip(live, steps_of(live, shape), strict=True) if found == step)
    return next(same, _ABSENT), owned.under(step)


def _below(fields: FieldSet | None, step: str) -> FieldSet | None:
    return {} if fields == {} else (fields or {}).get(step)
