"""Schemas of custom resources; the sentences were said by a kube-apiserver 1.34."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.cluster.custom_schema import shaped, violations

SPEC: dict[str, Any] = {
    "type": "object",
    "required": ["size"],
    "properties": {
        "size": {"type": "integer", "minimum": 1, "maximum": 10},
        "mode": {"type": "string", "enum": ["a", "b"], "default": "a"},
        "name": {"type": "string", "pattern": "^x", "minLength": 2, "maxLength": 4},
        "tags": {
            "type": "array",
            "x-kubernetes-list-type": "set",
            "items": {"type": "string"},
            "maxItems": 3,
        },
        "any": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
        "port": {"x-kubernetes-int-or-string": True},
    },
}
SCHEMA = {"type": "object", "properties": {"spec": SPEC}}


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ({"size": 11}, "spec.size: Invalid value: 11: spec.size in body should be less than or equal to 10"),
        (
            {"size": "x"},
            'spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"',
        ),
        ({}, "spec.size: Required value"),
        ({"size": 1, "mode": "c"}, 'spec.mode: Unsupported value: "c": supported values: "a", "b"'),
        (
            {"size": 1, "name": "x"},
            'spec.name: Invalid value: "x": spec.name in body should be at least 2 chars long',
        ),
        ({"size": 1, "name": "xxxxx"}, "spec.name: Too long: may not be more than 4 bytes"),
        ({"size": 1, "tags": ["a", "a"]}, 'spec.tags[1]: Duplicate value: "a"'),
        ({"size": 1, "tags": list("abcd")}, "spec.tags: Too many: 4: must have at most 3 items"),
        (
            {"size": 1, "port": True},
            'spec.port: Invalid value: "boolean": spec.port in body must be of type integer,string: '
            '"boolean"',
        ),
    ],
)
def test_what_breaks_the_schema_is_said_in_the_servers_words(spec: dict[str, Any], sentence: str) -> None:
    assert [f"{error.path}: {error.problem}" for error in violations(SCHEMA, {"spec": spec})] == [sentence]


def test_what_fits_the_schema_is_silent() -> None:
    spec = {"size": 10, "mode": "b", "name": "xy", "tags": ["a", "b"], "any": {"deep": [1]}, "port": "5%"}
    assert list(violations(SCHEMA, {"spec": spec})) == []


def test_unknown_fields_are_dropped_and_defaults_filled() -> None:
    body = {"kind": "Tide", "metadata": {"name": "x"}, "spec": {"size": 1, "bogus": 1, "any": {"free": 1}}}
    kept, dropped = shaped(SCHEMA, body)
    assert kept["spec"] == {"size": 1, "any": {"free": 1}, "mode": "a"}
    assert (kept["kind"], kept["metadata"], dropped) == ("Tide", {"name": "x"}, ["spec.bogus"])


def test_a_null_gives_way_to_a_default() -> None:
    assert shaped(SCHEMA, {"spec": {"size": 1, "mode": None}})[0]["spec"]["mode"] == "a"
