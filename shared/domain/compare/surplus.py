"""Half (c) of the comparison: does the live object keep a field of ours that git has dropped?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shared.domain.compare.default_values import is_default
from shared.domain.compare.field_sets import FieldSet, Path, below, item_keys, key_step, list_keys, value_step
from shared.domain.compare.subset import ABSENT


def surplus_paths(
    owned: FieldSet, others: FieldSet | None, desired: Any, live: Any, *, built_in: bool, at: Path = ()
) -> Iterator[Path]:
    """Yield each place that `owned` has and `live` still has, but `desired` has no more.

    Left out is what an apply would not remove: what somebody in `others` owns too, and what the server
    would fill in again with the same value.
    """
    keys = item_keys(at)  # go only with their item
    for step, inner in owned.items():
        here = (*at, step)
        found = _child(live, step, owned)
        if step == "." or found is ABSENT or step[2:] in keys:
            continue
        wanted = _child(desired, step, owned)
        theirs = below(others, step)
        if wanted is not ABSENT and wanted is not None:
            if inner:
                yield from surplus_paths(inner, theirs, wanted, found, built_in=built_in, at=here)
        elif _would_go(inner, theirs, found, live, here, built_in):
            yield here


def _would_go(
    owned: FieldSet, others: FieldSet | None, live: Any, around: Any, at: Path, built_in: bool
) -> bool:
    """Whether removing all of this from git would take anything away from the live object."""
    if others is None and at[-1][:2] != "f:":
        return True
    if set(owned) - {"."}:
        nothing: Any = [] if isinstance(live, list) else {}
        return any(True for _ in surplus_paths(owned, others, nothing, live, built_in=built_in, at=at))
    if others is not None or (isinstance(live, dict | list) and not live):
        return False
    beside = around if isinstance(around, dict) else {}
    return not (built_in and is_default(at, live, beside))


def _child(value: Any, step: str, siblings: FieldSet) -> Any:
    """What stands at one step below a value, or ABSENT."""
    kind, rest = step[:2], step[2:]
    if kind == "f:" and isinstance(value, dict):
        return value.get(rest, ABSENT)
    if kind == "k:" and isinstance(value, list):
        keys = list_keys({step: {}}) or list_keys(siblings)
        return next((item for item in value if key_step(item, keys) == step), ABSENT)
    if kind == "v:" and isinstance(value, list):
        return next((item for item in value if value_step(item) == step), ABSENT)
    return ABSENT
