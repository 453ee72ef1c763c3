"""The children that merge: bounded, shared, replaced when they die."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from sandbox.cluster.api_error import ApiError
from sandbox.cluster.kinds import BUILT_IN, Kind
from sandbox.cluster.merge_program import PROGRAM, FieldMerge, MergePool
from tests.sandbox.cluster.conftest import Json, config_map

MAP = next(kind for kind in BUILT_IN if kind.kind == "ConfigMap")


def applied(
    merge: FieldMerge, live: Json | None, data: dict[str, str], manager: str = "a", **more: bool
) -> Json:
    patch = {**config_map("x", namespace="n"), "data": data}
    fields = {"manager": manager, "force": False, "subresource": "", "time": "2026-01-01T00:00:00Z", **more}
    return merge("apply", MAP, live=live, patch=patch, **fields)


def test_an_apply_records_who_owns_what() -> None:
    pool = MergePool(PROGRAM)
    merged = applied(FieldMerge(pool), None, {"k": "v"})
    pool.close()
    (entry,) = merged["metadata"]["managedFields"]
    assert (entry["manager"], entry["operation"], entry["time"]) == ("a", "Apply", "2026-01-01T00:00:00Z")
    assert entry["fieldsV1"] == {"f:data": {"f:k": {}}}


def test_a_conflict_names_the_field_and_its_owner() -> None:
    pool = MergePool(PROGRAM)
    merge = FieldMerge(pool)
    live = applied(merge, None, {"k": "v"})
    with pytest.raises(ApiError, match=r'conflict with "a": \.data\.k') as refused:
        applied(merge, live, {"k": "other"}, "b")
    pool.close()
    assert (refused.value.code, refused.value.reason) == (409, "Conflict")


def test_more_threads_than_children_wait_for_their_turn() -> None:
    pool = MergePool(PROGRAM, size=2)
    merge = FieldMerge(pool)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda n: applied(merge, None, {"k": str(n)})["data"]["k"], range(40)))
    pool.close()
    assert answers == [str(n) for n in range(40)]


def test_a_child_that_died_is_replaced() -> None:
    pool = MergePool(PROGRAM, size=1)
    merge = FieldMerge(pool)
    applied(merge, None, {"k": "1"})
    child = pool._free.get()
    assert child is not None
    os.kill(child._process.pid, signal.SIGKILL)
    child._process.wait()
    pool._free.put(child)
    assert applied(merge, None, {"k": "2"})["data"] == {"k": "2"}
    pool.close()


PARTS = {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"]}
PART = {"type": "object", "properties": {"name": {"type": "string"}, "value": {"type": "string"}}}
TIDE = Kind(
    "x.test",
    "v1",
    "Tide",
    "tides",
    schema={
        "type": "object",
        "properties": {
            "spec": {
                "type": "object",
                "properties": {
                    "parts": {**PARTS, "items": PART},
                    "tags": {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}},
                },
            }
        },
    },
)


def tide(merge: FieldMerge, live: Json | None, manager: str, **spec: object) -> Json:
    patch = {"apiVersion": "x.test/v1", "kind": "Tide", "metadata": {"name": "h"}, "spec": spec}
    fields = {"manager": manager, "force": False, "subresource": "", "time": "2026-01-01T00:00:00Z"}
    return merge("apply", TIDE, live=live, patch=patch, **fields)


def test_lists_of_custom_resources_merge_by_their_keys_as_a_kube_apiserver_does() -> None:
    pool = MergePool(PROGRAM)
    merge = FieldMerge(pool)
    first = tide(merge, None, "a", parts=[{"name": "a", "value": "1"}], tags=["x"])
    both = tide(merge, first, "b", parts=[{"name": "b", "value": "2"}, {"name": "a"}], tags=["y"])
    assert both["spec"]["parts"] == [{"name": "b", "value": "2"}, {"name": "a", "value": "1"}]
    assert both["spec"]["tags"] == ["x", "y"]
    owners = {entry["manager"]: entry["fieldsV1"] for entry in both["metadata"]["managedFields"]}
    assert owners["a"] == {
        "f:spec": {
            "f:parts": {'k:{"name":"a"}': {".": {}, "f:name": {}, "f:value": {}}},
            "f:tags": {'v:"x"': {}},
        }
    }
    with pytest.raises(ApiError, match=r'conflict with "b": \.spec\.parts\[name="b"\]\.value'):
        tide(merge, both, "c", parts=[{"name": "b", "value": "3"}])
    without = tide(merge, both, "b", tags=["y"])
    assert without["spec"]["parts"] == [{"name": "a", "value": "1"}]
    pool.close()


def test_a_field_that_the_schema_does_not_have_cannot_be_applied() -> None:
    pool = MergePool(PROGRAM)
    with pytest.raises(ApiError, match=r"\.spec\.bogus: field not declared in schema"):
        tide(FieldMerge(pool), None, "a", bogus=1)
    pool.close()
