"""ignoreDifferences: neither compared nor applied."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from shared.domain.compare.ignored_fields import (
    ignored_managers,
    ignored_pointers,
    left_to,
    matches,
    without_fields_of,
    without_ignored,
)
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.specs.ignore_rule import IgnoreRule
from tests.domain.compare.golden_cases import case

KEY = ResourceKey("apps", "Deployment", "shop", "web")


@pytest.mark.parametrize(
    ("rule", "meant"),
    [
        (IgnoreRule("apps", "Deployment"), True),
        (IgnoreRule("*", "*"), True),
        (IgnoreRule("a*", "Deploy*", "web", "shop"), True),
        (IgnoreRule("", "Deployment"), False),
        (IgnoreRule("apps", "deployment"), False),
        (IgnoreRule("apps", "Deployment", "api"), False),
        (IgnoreRule("apps", "Deployment", "", "other"), False),
    ],
)
def test_a_rule_is_meant_for_what_it_matches(rule: IgnoreRule, meant: bool) -> None:
    assert matches(rule, KEY) is meant


def test_the_pointers_and_managers_of_all_matching_rules_add_up_once_each() -> None:
    rules = [
        IgnoreRule("*", "*", json_pointers=("/a", "/b"), managed_fields_managers=("hpa",)),
        IgnoreRule(
            "apps", "Deployment", json_pointers=("/b", "/c"), managed_fields_managers=("hpa", "kyverno")
        ),
        IgnoreRule("", "Pod", json_pointers=("/d",), managed_fields_managers=("x",)),
    ]
    assert ignored_pointers(rules, KEY) == ("/a", "/b", "/c")
    assert ignored_managers(rules, KEY) == ("hpa", "kyverno")


@pytest.mark.parametrize(
    ("pointer", "left"),
    [
        ("/a/b", {"a": {}, "x/y": 1, "t~": 2, "list": [1, {"k": 2}]}),
        ("/x~1y", {"a": {"b": 1}, "t~": 2, "list": [1, {"k": 2}]}),
        ("/t~0", {"a": {"b": 1}, "x/y": 1, "list": [1, {"k": 2}]}),
        ("/list/0", {"a": {"b": 1}, "x/y": 1, "t~": 2, "list": [{"k": 2}]}),
        ("/list/1/k", {"a": {"b": 1}, "x/y": 1, "t~": 2, "list": [1, {}]}),
        ("/list/9", None),
        ("/a/b/c", None),
        ("/list/k", None),
        ("/nothing", None),
        ("", None),
    ],
)
def test_a_pointer_takes_out_what_it_names_and_nothing_else(
    pointer: str, left: dict[str, Any] | None
) -> None:
    manifest = {"a": {"b": 1}, "x/y": 1, "t~": 2, "list": [1, {"k": 2}]}
    before = copy.deepcopy(manifest)
    assert without_ignored(manifest, [pointer]) == (before if left is None else left)
    assert manifest == before


def test_fields_of_a_manager_are_left_alone_on_apply() -> None:
    edited = case("replicas-edited")
    applied = without_fields_of(edited.desired, edited.live, ["kubectl-edit"])
    assert "replicas" not in applied["spec"]
    assert applied["spec"]["template"] == edited.desired["spec"]["template"]
    assert without_fields_of(edited.desired, edited.live, []) == edited.desired


def test_an_item_keeps_its_key_when_the_rest_is_left_to_another() -> None:
    fields: dict[str, Any] = {"f:env": {'k:{"name":"A"}': {"f:name": {}, "f:value": {}}}}
    live = {
        "apiVersion": "v1",
        "metadata": {"managedFields": [{"manager": "m", "apiVersion": "v1", "fieldsV1": fields}]},
    }
    desired = {"env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}], "args": ["x"]}
    assert without_fields_of(desired, live, ["m"]) == {
        "env": [{"name": "A"}, {"name": "B", "value": "2"}],
        "args": ["x"],
    }


def test_a_field_is_left_to_its_owner_only() -> None:
    live = case("replicas-edited").live
    assert left_to(live, ("f:spec", "f:replicas"), ["kubectl-edit"])
    assert not left_to(live, ("f:spec", "f:selector"), ["kubectl-edit"])
    assert not left_to(live, ("f:spec", "f:replicas"), [])
