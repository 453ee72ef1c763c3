"""What ignoreDifferences names is applied as it is in the cluster, or not at all."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from shared.domain.compare.left_as_live import left_as_live
from shared.domain.manifests.manifest import Manifest


def manifest(spec: dict[str, Any], *owners: tuple[str, dict[str, Any]]) -> Manifest:
    """A Deployment; each owner is (manager, fieldsV1 under spec)."""
    entries = [
        {"manager": manager, "apiVersion": "apps/v1", "operation": "Apply", "fieldsV1": {"f:spec": fields}}
        for manager, fields in owners
    ]
    metadata = {"name": "web", "managedFields": entries} if entries else {"name": "web"}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}


def spec_of(desired: dict[str, Any], live: Manifest, *pointers: str) -> dict[str, Any]:
    wanted = manifest(desired)
    before = copy.deepcopy((wanted, live))
    spec: dict[str, Any] = left_as_live(wanted, live, pointers, ("us", "kubectl"))["spec"]
    assert (wanted, live) == before
    return spec


@pytest.mark.parametrize(
    ("desired", "owner", "applied"),
    [
        ({"replicas": 1}, "us", {"replicas": 3}),
        ({"replicas": 1}, "kubectl", {"replicas": 3}),
        ({"replicas": 1}, "autoscaler", {}),
        ({}, "us", {"replicas": 3}),
        ({}, "autoscaler", {}),
    ],
)
def test_a_field_of_ours_keeps_its_live_value_and_anybody_elses_is_not_sent(
    desired: dict[str, Any], owner: str, applied: dict[str, Any]
) -> None:
    live = manifest({"replicas": 3}, (owner, {"f:replicas": {}}))
    assert spec_of(desired, live, "/spec/replicas") == applied


def test_an_object_whose_owners_were_cleared_is_nobodys() -> None:
    assert spec_of({"replicas": 1}, manifest({"replicas": 3}), "/spec/replicas") == {}


def test_a_field_that_the_live_object_does_not_have_is_not_sent() -> None:
    live = manifest({"paused": True}, ("us", {"f:paused": {}}))
    assert spec_of({"replicas": 1, "paused": True}, live, "/spec/replicas") == {"paused": True}


def test_a_field_deep_down_that_desired_does_not_know_is_kept_with_the_way_to_it() -> None:
    live = manifest({"strategy": {"type": "X", "more": 1}}, ("us", {"f:strategy": {"f:type": {}}}))
    assert spec_of({}, live, "/spec/strategy/type") == {"strategy": {"type": "X"}}
    assert spec_of({}, live, "/spec/strategy/more") == {}
    assert spec_of({}, live, "/spec/nothing/type") == {}


CONTAINERS: dict[str, Any] = {"f:containers": {'k:{"name":"app"}': {".": {}, "f:name": {}, "f:image": {}}}}
LIVE = manifest(
    {"containers": [{"name": "sidecar", "image": "s:9"}, {"name": "app", "image": "a:9"}]},
    ("us", CONTAINERS),
    ("injector", {"f:containers": {'k:{"name":"sidecar"}': {".": {}, "f:name": {}, "f:image": {}}}}),
)


def test_items_of_a_list_are_found_by_their_keys_and_not_by_their_position() -> None:
    desired = {"containers": [{"name": "app", "image": "a:1"}]}
    assert spec_of(desired, LIVE, "/spec/containers/0/image") == {
        "containers": [{"name": "app", "image": "a:9"}]
    }
    assert spec_of(desired, LIVE, "/spec/containers/0") == {"containers": [{"name": "app", "image": "a:9"}]}


def test_an_item_of_somebody_else_is_not_sent() -> None:
    desired = {"containers": [{"name": "sidecar", "image": "s:1"}, {"name": "app", "image": "a:1"}]}
    assert spec_of(desired, LIVE, "/spec/containers/0") == {"containers": [{"name": "app", "image": "a:1"}]}
    assert spec_of(desired, LIVE, "/spec/containers/0/image")["containers"][0] == {"name": "sidecar"}


def test_a_new_item_is_sent_whole() -> None:
    desired = {"containers": [{"name": "new", "image": "n:1"}]}
    assert spec_of(desired, LIVE, "/spec/containers/0/image") == desired


def test_an_item_of_a_list_that_is_replaced_as_one_is_found_by_its_position() -> None:
    live = manifest({"args": ["a", "b"]}, ("us", {"f:args": {}}))
    assert spec_of({"args": ["x", "y"]}, live, "/spec/args/1") == {"args": ["x", "b"]}
    assert spec_of({"args": ["x", "y", "z"]}, live, "/spec/args/2") == {"args": ["x", "y"]}


def test_a_value_of_a_set_is_found_by_itself() -> None:
    live = manifest({"finalizers": ["b", "a"]}, ("us", {"f:finalizers": {'v:"a"': {}, 'v:"b"': {}}}))
    assert spec_of({"finalizers": ["a", "c"]}, live, "/spec/finalizers/0") == {"finalizers": ["a", "c"]}
    assert spec_of({"finalizers": ["a", "c"]}, live, "/spec/finalizers/1") == {"finalizers": ["a"]}


@pytest.mark.parametrize("pointer", ["", "/spec/args/9", "/spec/args/x", "/spec/paused/deeper", "/nothing"])
def test_a_pointer_that_finds_nothing_changes_nothing(pointer: str) -> None:
    live = manifest({"args": ["a"], "paused": True}, ("us", {"f:args": {}, "f:paused": {}}))
    desired = {"args": ["x"], "paused": False}
    assert spec_of(desired, live, pointer) == desired


def test_names_with_slashes_and_tildes_are_escaped_as_in_rfc_6901() -> None:
    live = manifest({"a/b": 1, "c~d": 2}, ("us", {"f:a/b": {}, "f:c~d": {}}))
    assert spec_of({"a/b": 8, "c~d": 9}, live, "/spec/a~1b", "/spec/c~0d") == {"a/b": 1, "c~d": 2}
