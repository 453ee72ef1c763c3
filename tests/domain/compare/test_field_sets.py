"""managedFields, read as the server writes them."""

from __future__ import annotations

from typing import Any

from shared.domain.compare.field_sets import (
    FieldSet,
    below,
    entries_of,
    fields_of,
    item_keys,
    key_step,
    list_keys,
    merge,
    owns,
    text_of,
    value_step,
)
from shared.domain.manifests.manifest import Manifest
from tests.domain.compare.golden_cases import case


def managed(*entries: tuple[str, str, dict[str, Any]]) -> Manifest:
    fields = [{"manager": m, "apiVersion": version, "fieldsV1": f} for m, version, f in entries]
    return {"apiVersion": "apps/v1", "metadata": {"managedFields": fields}}


def test_the_fields_of_several_entries_are_one_set() -> None:
    live = managed(("a", "apps/v1", {"f:x": {"f:y": {}}}), ("b", "apps/v1", {"f:x": {"f:z": {}}}))
    assert fields_of(live, lambda entry: True) == {"f:x": {"f:y": {}, "f:z": {}}}
    assert fields_of(live, lambda entry: entry["manager"] == "b") == {"f:x": {"f:z": {}}}


def test_fields_of_another_version_are_not_mixed_in() -> None:
    assert fields_of(managed(("a", "apps/v1beta1", {"f:x": {}})), lambda entry: True) == {}


def test_reading_a_set_does_not_change_the_object() -> None:
    live = managed(("a", "apps/v1", {"f:x": {}}), ("b", "apps/v1", {"f:x": {"f:z": {}}}))
    fields_of(live, lambda entry: True)["f:x"]["f:new"] = {}
    assert live["metadata"]["managedFields"][0]["fieldsV1"] == {"f:x": {}}


def test_an_object_without_managed_fields_has_no_entries() -> None:
    assert list(entries_of({"metadata": {"managedFields": None}})) == []


def test_what_lies_in_something_atomic_is_owned_with_it() -> None:
    fields: FieldSet = {"f:spec": {"f:selector": {}, "f:template": {"f:x": {}}}}
    assert owns(fields, ("f:spec", "f:selector", "f:app"))
    assert owns(fields, ("f:spec", "f:template"))
    assert not owns(fields, ("f:spec", "f:template", "f:y"))
    assert not owns({}, ("f:spec",))


def test_steps_are_spelt_as_the_server_spells_them() -> None:
    container = case("clean").live["metadata"]["managedFields"][0]["fieldsV1"]["f:spec"]["f:template"][
        "f:spec"
    ]["f:containers"]
    ports = container[key_step({"name": "web", "image": "x"}, ["name"])]["f:ports"]
    assert list(ports) == [key_step({"containerPort": 8080.0}, ["protocol", "containerPort"])]
    assert list_keys(ports) == ("containerPort", "protocol")
    assert list_keys({"f:x": {}}) == list_keys(None) == ()
    assert value_step("a") == 'v:"a"'


def test_the_keys_of_an_item_are_known_from_its_step() -> None:
    assert item_keys(("f:ports", 'k:{"port":80,"protocol":"TCP"}')) == {"port", "protocol"}
    assert item_keys(("f:ports",)) == item_keys(()) == frozenset()


def test_a_path_reads_like_a_sentence_of_fields() -> None:
    path = ("f:spec", "f:ports", 'k:{"port":80,"protocol":"TCP"}', "f:name")
    assert text_of(path) == "spec.ports[port=80,protocol=TCP].name"
    assert text_of(("f:metadata", "f:labels", "f:a/b")) == "metadata.labels[a/b]"
    assert text_of(("f:args", "i:0")) == "args[0]"


def test_below_tells_nothing_from_something_empty() -> None:
    assert below({"f:x": {}}, "f:x") == {}
    assert below({"f:x": {}}, "f:y") is None
    assert below(None, "f:x") is None


def test_merging_adds() -> None:
    into: dict[str, Any] = {"f:x": {}}
    merge(into, {"f:x": {"f:y": {}}, "f:z": {}})
    assert into == {"f:x": {"f:y": {}}, "f:z": {}}
