"""ApplicationSets and their Applications."""

from __future__ import annotations

from typing import Any

import pytest

from shared.domain.generate.application_set import FINALIZER, ApplicationSet
from shared.errors import InvalidSpecError

SPEC = {
    "source": {"repoURL": "https://github.com/my-org/helm-charts.git", "path": "charts/{{cluster}}"},
    "destination": {"server": "{{url}}", "namespace": "production"},
}


def a_set(*elements: dict[str, str], name: str = "ai-app-{{cluster}}", **spec: Any) -> ApplicationSet:
    manifest = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "ApplicationSet",
        "metadata": {"name": "all", "namespace": "argocd"},
        "spec": {
            "generators": [{"list": {"elements": list(elements)}}],
            "template": {"metadata": {"name": name}, "spec": SPEC},
            **spec,
        },
    }
    return ApplicationSet.parse(manifest)


def test_each_parameter_set_becomes_an_application() -> None:
    found = a_set(
        {"cluster": "dev", "url": "https://dev"}, {"cluster": "prod", "url": "https://prod"}
    ).applications([])
    assert [each["metadata"]["name"] for each in found] == ["ai-app-dev", "ai-app-prod"]
    assert found[1]["spec"]["destination"]["server"] == "https://prod"
    assert found[0]["spec"]["source"]["path"] == "charts/dev"


@pytest.mark.parametrize(("keeps", "finalizers"), [(False, [FINALIZER]), (True, None)])
def test_the_objects_go_with_their_application_unless_they_are_preserved(
    keeps: bool, finalizers: object
) -> None:
    policy = {"preserveResourcesOnDeletion": keeps}
    found = a_set({"cluster": "dev", "url": "https://dev"}, syncPolicy=policy).applications([])
    assert found[0]["metadata"].get("finalizers") == finalizers


@pytest.mark.parametrize(
    ("policy", "updates", "deletes"),
    [
        ("sync", True, True),
        ("create-only", False, False),
        ("create-update", True, False),
        ("create-delete", False, True),
    ],
)
def test_applications_sync_says_what_may_happen(policy: str, updates: bool, deletes: bool) -> None:
    found = a_set(syncPolicy={"applicationsSync": policy})
    assert (found.updates, found.deletes) == (updates, deletes)


def test_two_applications_of_one_name_are_refused_as_a_whole() -> None:
    element = {"cluster": "dev", "url": "https://dev"}
    with pytest.raises(InvalidSpecError, match="two applications the name 'ai-app-dev'"):
        a_set(element, element).applications([])


def test_a_name_that_no_generator_fills_is_refused() -> None:
    with pytest.raises(InvalidSpecError, match=r"\{\{region\}\}"):
        a_set({"cluster": "dev", "url": "https://dev"}, name="{{region}}").applications([])


def test_a_result_that_is_no_application_is_refused() -> None:
    with pytest.raises(InvalidSpecError, match="destination"):
        a_set({"cluster": "dev", "url": ""}).applications([])


@pytest.mark.parametrize(
    "spec", [{"goTemplate": True}, {"templatePatch": "x"}, {"syncPolicy": {"applicationsSync": "never"}}]
)
def test_what_is_not_built_yet_is_refused(spec: dict[str, Any]) -> None:
    with pytest.raises(InvalidSpecError):
        a_set(**spec)


def test_a_set_needs_a_name() -> None:
    with pytest.raises(InvalidSpecError, match="name"):
        ApplicationSet.parse({"metadata": {}, "spec": {}})


@pytest.mark.parametrize(
    "kind", [{}, {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application"}, {"kind": "ApplicationSet"}]
)
def test_what_is_no_application_set_is_refused(kind: dict[str, str]) -> None:
    with pytest.raises(InvalidSpecError, match=r"Write argoproj\.io/v1alpha1 and ApplicationSet"):
        ApplicationSet.parse({**kind, "metadata": {"name": "all"}, "spec": {}})
