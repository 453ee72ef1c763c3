"""Half (b) of the comparison: is what git says already so in the live object?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from shared.domain.compare.default_values import is_default, zero_is_dropped
from shared.domain.compare.field_sets import FieldSet, Path, below, owns
from shared.domain.compare.list_shapes import ATOMIC, shape_of, steps_of
from shared.domain.compare.same_value import same_value


class _Absent:
    """No value at all, as opposed to null."""


ABSENT: Final = _Absent()


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read the live object: by the rules of a built-in kind or not, and what is ours in it."""

    built_in: bool
    ours: FieldSet = field(default_factory=dict)


def unmet_paths(
    desired: Any, live: Any, fields: FieldSet | None, reading: Reading, at: Path = ()
) -> Iterator[Path]:
    """Yield each place where applying `desired` would change `live`.

    `fields` is what all owners together have, at the same place. Maps and lists that the server replaces
    as a whole (leaves there) are yielded as a whole; the others item by item.
    """
    if desired is None or (live is ABSENT and desired in ({}, [])):
        return
    if isinstance(desired, dict) and isinstance(live, dict):
        yield from _unmet_in_map(desired, live, fields, reading, at)
    elif isinstance(desired, list) and isinstance(live, list):
        yield from _unmet_in_list(desired, live, fields, reading, at)
    elif live is ABSENT:
        if not _dropped_zero(desired, reading, at):
            yield at
    elif not same_value(desired, live, at, built_in=reading.built_in):
        yield at


def _unmet_in_map(
    desired: dict[str, Any], live: dict[str, Any], fields: FieldSet | None, reading: Reading, at: Path
) -> Iterator[Path]:
    if fields == {} and at:
        if not _equal(desired, live, reading, at):
            yield at
        return
    for name, value in desired.items():
        step = f"f:{name}"
        yield from unmet_paths(value, live.get(name, ABSENT), below(fields, step), reading, (*at, step))


def _unmet_in_list(
    desired: list[Any], live: list[Any], fields: FieldSet | None, reading: Reading, at: Path
) -> Iterator[Path]:
    shape = shape_of(desired, live, fields, at)
    if shape == ATOMIC:
        if not _equal(desired, live, reading, at):
            yield at
        return
    wanted, found = steps_of(desired, shape), steps_of(live, shape)
    places = {step: index for index, step in enumerate(found)}
    if len(set(wanted)) < len(wanted) or _out_of_order([places[step] for step in wanted if step in places]):
        yield at
    for step, item in zip(wanted, desired, strict=True):
        existing = live[places[step]] if step in places else ABSENT
        if existing is ABSENT:
            yield (*at, step)
        else:
            yield from unmet_paths(item, existing, below(fields, step), reading, (*at, step))


def _out_of_order(places: list[int]) -> bool:
    """The server puts the items into the order of the applied list: env refers to what stands before it."""
    return any(later < earlier for earlier, later in pairwise(places))


def _equal(desired: Any, live: Any, reading: Reading, at: Path) -> bool:
    """Whether two values that are replaced as a whole are the same but for what the server fills in."""
    if isinstance(desired, dict) and isinstance(live, dict):
        return all(
            _equal_field(desired.get(name, ABSENT), live.get(name, ABSENT), live, reading, (*at, f"f:{name}"))
            for name in {**desired, **live}
        )
    if isinstance(desired, list) and isinstance(live, list):
        return len(desired) == len(live) and all(
            _equal(one, other, reading, (*at, f"i:{index}"))
            for index, (one, other) in enumerate(zip(desired, live, strict=True))
        )
    return same_value(desired, live, at, built_in=reading.built_in)


def _equal_field(desired: Any, live: Any, beside: dict[str, Any], reading: Reading, at: Path) -> bool:
    if desired is ABSENT or desired is None:
        return live is ABSENT or live is None or (reading.built_in and is_default(at, live, beside))
    if live is ABSENT:
        return reading.built_in and not isinstance(desired, dict) and not desired
    return _equal(desired, live, reading, at)


def _dropped_zero(desired: Any, reading: Reading, at: Path) -> bool:
    """A zero of ours that is not there was dropped by the server; if not ours, somebody removed it."""
    if not reading.built_in or desired not in (False, 0, ""):
        return False
    return zero_is_dropped(at) or owns(reading.ours, at)
