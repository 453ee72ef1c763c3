"""What is not built yet is said, never skipped in silence."""

from __future__ import annotations

from typing import Any

import pytest

from shared.domain.specs.fields import Fields
from shared.domain.specs.ignore_rule import IgnoreRule
from shared.domain.specs.source import Source
from shared.domain.specs.unsupported import is_version_range, unsupported_in_rule, unsupported_in_source

REPO = "https://github.com/my-org/helm-charts.git"


def about(**data: Any) -> list[str]:
    source = Source.parse(
        Fields("Application argocd/shop", "spec.source", {"repoURL": REPO, "path": "a", **data})
    )
    return list(unsupported_in_source(source, "spec.source"))


SENTENCES: list[tuple[dict[str, Any], str]] = [
    (
        {"path": "", "chart": "redis", "targetRevision": "18.*"},
        "spec.source.chart: charts from Helm and OCI repositories are not fetched yet",
    ),
    ({"repoURL": "oci://x.azurecr.io/a"}, "spec.source.repoURL: OCI repositories are not read yet"),
    (
        {"targetRevision": ">=1.2"},
        "spec.source.targetRevision: version ranges over tags are not followed yet, '>=1.2' is one",
    ),
    ({"plugin": {}}, "spec.source.plugin: config management plugins are not run yet"),
    (
        {"directory": {"jsonnet": {"libs": ["vendor"]}}},
        "spec.source.directory.jsonnet: Jsonnet options are not followed yet",
    ),
    (
        {"kustomize": {"version": "v4.5.7"}},
        "spec.source.kustomize.version: named Kustomize versions do not exist here, there is one",
    ),
]


@pytest.mark.parametrize(("data", "sentence"), SENTENCES, ids=[sentence for _, sentence in SENTENCES])
def test_it_says_the_field_and_what_is_missing(data: dict[str, Any], sentence: str) -> None:
    assert about(**data) == [sentence]


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"targetRevision": "main"},
        {"helm": {"valueFiles": ["a.yaml"]}},
        {"kustomize": {"images": ["a:1"]}},
        {"directory": {"recurse": True, "jsonnet": {}}},
        {"directory": {"jsonnet": {"extVars": [], "tlas": None}}},
    ],
)
def test_what_is_built_is_not_mentioned(data: dict[str, Any]) -> None:
    assert about(**data) == []


def test_rules_by_pointer_are_followed_and_others_are_not() -> None:
    assert list(unsupported_in_rule(IgnoreRule("", "*", json_pointers=("/a",)), "rule")) == []
    both = IgnoreRule("", "*", jq_path_expressions=(".a",), managed_fields_managers=("m",))
    assert [sentence.partition(":")[0] for sentence in unsupported_in_rule(both, "rule")] == [
        "rule.jqPathExpressions",
        "rule.managedFieldsManagers",
    ]


@pytest.mark.parametrize(
    "revision",
    ["*", "1.*", "^1.2", "~1.2.0", ">=1.0.0 <2.0.0", ">1", "=1.2.3", "!=1.0", "1.0 - 2.0", "^1 || ^2"],
)
def test_these_are_ranges(revision: str) -> None:
    assert is_version_range(revision)


@pytest.mark.parametrize(
    "revision",
    ["", "HEAD", "main", "v1.2.3", "1.x", "release/1.2", "a-b=c", "0123abc", "refs/heads/x", "feature>x"],
)
def test_these_are_names(revision: str) -> None:
    assert not is_version_range(revision)
