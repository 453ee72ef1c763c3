"""Parameter sets of generators."""

from __future__ import annotations

from typing import Any

import pytest

from shared.domain.generate.generators import KnownCluster, normalised, parameters_of
from shared.domain.specs.fields import Fields
from shared.errors import InvalidSpecError

CLUSTERS = [
    KnownCluster("staging", "https://staging", {"env": "staging"}),
    KnownCluster("Dev_1", "https://dev", {"env": "dev"}),
]


def parameters(generator: dict[str, Any]) -> list[dict[str, str]]:
    return parameters_of(Fields("ApplicationSet argocd/all", "spec.generators[0]", generator), CLUSTERS)


def test_each_element_of_a_list_is_one_set() -> None:
    elements = [{"cluster": "dev"}, {"cluster": "prod", "values": {"tier": "gold"}}]
    assert parameters({"list": {"elements": elements}}) == [
        {"cluster": "dev"},
        {"cluster": "prod", "values.tier": "gold"},
    ]


def test_each_cluster_is_one_set_in_the_order_of_names() -> None:
    assert [found["nameNormalized"] for found in parameters({"clusters": {}})] == ["dev-1", "staging"]


def test_clusters_are_picked_by_their_labels_and_values_are_templates() -> None:
    generator = {"clusters": {"selector": {"matchLabels": {"env": "dev"}}, "values": {"at": "{{name}}!"}}}
    assert parameters(generator) == [
        {
            "name": "Dev_1",
            "nameNormalized": "dev-1",
            "server": "https://dev",
            "metadata.labels.env": "dev",
            "values.at": "Dev_1!",
        }
    ]


@pytest.mark.parametrize(
    "generator",
    [
        {},
        {"git": {}},
        {"list": {}, "clusters": {}},
        {"list": {"elementsYaml": "x"}},
        {"list": {"elements": [{"n": 1}]}},
        {"list": {}, "selector": {"matchLabels": {"a": "b"}}},
        {"clusters": {"selector": {"matchExpressions": [{"key": "a"}]}}},
    ],
)
def test_what_is_wrong_or_not_built_yet_names_the_field(generator: dict[str, Any]) -> None:
    with pytest.raises(InvalidSpecError, match=r"spec\.generators\[0\]"):
        parameters(generator)


def test_names_become_valid() -> None:
    assert normalised("My Cluster/EU_1.") == "my-cluster-eu-1"
