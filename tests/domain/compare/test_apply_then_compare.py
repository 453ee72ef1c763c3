"""Whatever is applied is in sync afterwards, and whatever changes after that is found.

The server is emulated here: it merges maps by field and known lists by key, keeps what others added, and
writes managedFields as an API server does.
"""

from __future__ import annotations

import copy
import random
from typing import Any

import pytest

from shared.domain.compare.adoption import field_set_of
from shared.domain.compare.list_shapes import ATOMIC, shape_of, steps_of
from shared.domain.compare.object_diff import suspect_paths
from shared.domain.manifests.manifest import Manifest

LISTS = ("env", "volumes", "containers")
PLAIN = ("args", "command")


def some_value(chance: random.Random, depth: int = 3) -> Any:
    kind = chance.choice(["text", "number", "flag"] + ["map", "list"] * bool(depth))
    if kind == "map":
        return some_map(chance, depth - 1)
    if kind == "list":
        return [some_value(chance, 0) for _ in range(chance.randint(1, 3))]
    return {"text": f"t{chance.randint(0, 99)}", "number": chance.randint(1, 99), "flag": True}[kind]


def some_map(chance: random.Random, depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {f"f{n}": some_value(chance, depth) for n in chance.sample(range(9), 3)}
    found[chance.choice(PLAIN)] = [f"a{chance.randint(0, 9)}" for _ in range(chance.randint(1, 3))]
    if depth > 0:
        names = chance.sample("ABCDEF", chance.randint(1, 4))
        found[chance.choice(LISTS)] = [{"name": name, **some_map(chance, depth - 1)} for name in names]
    return found


def some_manifest(chance: random.Random) -> Manifest:
    metadata = {"name": "x", "namespace": "shop", "labels": {"app": "x"}}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": some_map(chance, 2)}


def merged(live: Any, desired: Any, at: tuple[str, ...] = ()) -> Any:
    if isinstance(live, dict) and isinstance(desired, dict):
        kept = {name: value for name, value in live.items() if name not in desired}
        new = {n: merged(live.get(n), value, (*at, f"f:{n}")) for n, value in desired.items()}
        return {**kept, **new}
    if isinstance(live, list) and isinstance(desired, list):
        shape = shape_of(desired, live, None, at)
        if shape != ATOMIC:
            old = dict(zip(steps_of(live, shape), live, strict=True))
            new_steps = steps_of(desired, shape)
            ours = [merged(old.get(s), item, (*at, s)) for s, item in zip(new_steps, desired, strict=True)]
            return ours + [item for step, item in old.items() if step not in new_steps]
    return copy.deepcopy(desired)


def applied(live: Manifest, desired: Manifest, manager: str = "tidegate") -> Manifest:
    result: Manifest = merged(live, desired)
    named = {name: value for name, value in desired.items() if name in ("metadata", "spec")}
    entry = {
        "manager": manager,
        "operation": "Apply",
        "apiVersion": "apps/v1",
        "fieldsV1": field_set_of(named, named, None),
    }
    others = [e for e in live.get("metadata", {}).get("managedFields", []) if e["manager"] != manager]
    result["metadata"] = {**result["metadata"], "uid": "1", "managedFields": [*others, entry]}
    return result


def leaves(value: Any) -> list[tuple[dict[str, Any], str]]:
    if isinstance(value, dict):
        own = [
            (value, name)
            for name, inner in value.items()
            if not isinstance(inner, dict | list) and name != "name"
        ]
        return own + [leaf for inner in value.values() for leaf in leaves(inner)]
    return [leaf for item in value for leaf in leaves(item)] if isinstance(value, list) else []


@pytest.mark.parametrize("seed", range(150))
def test_what_was_applied_is_in_sync(seed: int) -> None:
    chance = random.Random(seed)
    desired = some_manifest(chance)
    live = applied(applied({}, some_manifest(chance), "another"), desired)
    assert suspect_paths(desired, live) == ()


@pytest.mark.parametrize("seed", range(150))
def test_a_changed_or_dropped_field_is_found_on_either_side(seed: int) -> None:
    chance = random.Random(seed)
    desired = some_manifest(chance)
    live = applied({}, desired)
    for touched in ("git", "cluster"):
        for how in ("changed", "dropped"):
            sides = {"git": copy.deepcopy(desired), "cluster": copy.deepcopy(live)}
            holder, name = chance.choice(leaves(sides[touched]["spec"]))
            if how == "changed":
                holder[name] = "something else"
            else:
                del holder[name]
            assert suspect_paths(sides["git"], sides["cluster"]), (touched, how, name)
