"""The same question about the same content has the same key."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from shared.domain.render.render_key import content_key, parameters_key
from shared.domain.render.render_plan import ClusterFacts, render_request
from shared.domain.render.render_request import (
    DirectoryRequest,
    HelmParameter,
    HelmRequest,
    KustomizeRequest,
    ValueFile,
)
from shared.domain.render.source_type import SourceType
from tests.domain.render.asked import REPO, application, checkout

FACTS = ClusterFacts("v1.34.4", ("v1", "apps/v1"))
CHART = HelmRequest(
    checkout(), "charts/ai-app", "shop", "production", value_files=(ValueFile(checkout(), "v"),)
)
OTHER = checkout("https://github.com/my-org/config.git")


def key(request: Any = CHART, facts: ClusterFacts = FACTS, tool: str = "kubetools 1") -> str:
    return parameters_key(request, facts, tool)


def test_neither_commit_nor_disk_path_is_part_of_the_question() -> None:
    later = replace(checkout(commit="b" * 40), tree="e" * 40, objects_dir="elsewhere")
    assert key(replace(CHART, checkout=later, value_files=(ValueFile(later, "v"),))) == key()


def test_the_order_in_which_a_cluster_names_its_kinds_does_not_matter() -> None:
    assert key(facts=ClusterFacts("v1.34.4", ("apps/v1", "v1"))) == key()


CHANGES = {
    "repository": replace(CHART, checkout=OTHER),
    "path": replace(CHART, path="charts/web"),
    "release": replace(CHART, release="web"),
    "namespace": replace(CHART, namespace="staging"),
    "values": replace(CHART, values="a: 1"),
    "values file": replace(CHART, value_files=(ValueFile(checkout(), "w"),)),
    "values file elsewhere": replace(CHART, value_files=(ValueFile(OTHER, "v"),)),
    "parameter": replace(CHART, parameters=(HelmParameter("a", "1"),)),
    "parameter as text": replace(CHART, parameters=(HelmParameter("a", "1", force_string=True),)),
    "flag": replace(CHART, skip_crds=True),
    "kustomize": KustomizeRequest(checkout(), "charts/ai-app"),
    "kustomize options": KustomizeRequest(checkout(), "charts/ai-app", {"images": ["a:1"]}),
    "directory": DirectoryRequest(checkout(), "charts/ai-app"),
    "directory globs": DirectoryRequest(checkout(), "charts/ai-app", include="*.yaml"),
}


def test_whatever_is_asked_otherwise_has_another_key() -> None:
    keys = [key()] + [key(request) for request in CHANGES.values()]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    "facts", [ClusterFacts("v1.35.0", FACTS.api_versions), ClusterFacts("v1.34.4", ("v1",))]
)
def test_another_cluster_may_render_otherwise(facts: ClusterFacts) -> None:
    assert key(facts=facts) != key()


def test_another_tool_may_render_otherwise() -> None:
    assert key(tool="kubetools 2") != key()


@pytest.mark.parametrize(("value", "same"), [("v1", True), ("$ARGOCD_APP_REVISION", False)])
def test_a_new_commit_asks_another_question_only_where_an_option_names_the_revision(
    value: str, same: bool
) -> None:
    app = application(helm={"parameters": [{"name": "tag", "value": value}]})
    first, second = (
        key(render_request(app, app.sources[0], checkout(commit=commit * 40), {}, SourceType.HELM, FACTS))
        for commit in "ab"
    )
    assert (first == second) is same


def content(ids: dict[tuple[str, str], str], parameters: str = "p") -> str:
    return content_key(parameters, ids)


READ = {(REPO, "charts/ai-app/Chart.yaml"): "1" * 40, (REPO, "charts/ai-app/.helmignore"): ""}


def test_the_order_of_the_files_read_does_not_matter() -> None:
    assert content(dict(reversed(READ.items()))) == content(READ)


@pytest.mark.parametrize(
    "change",
    [
        {(REPO, "charts/ai-app/Chart.yaml"): "2" * 40},
        {(REPO, "charts/ai-app/.helmignore"): "3" * 40},
        {(REPO, "charts/ai-app/values.yaml"): "4" * 40},
    ],
)
def test_a_file_that_changed_or_appeared_changes_the_key(change: dict[tuple[str, str], str]) -> None:
    assert content({**READ, **change}) != content(READ)


def test_the_same_content_asked_otherwise_is_another_render() -> None:
    assert content(READ, "q") != content(READ, "p")
