"""Whatever stands in a field, reading an Application says what is wrong and never crashes."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from shared.domain.specs.application import Application
from shared.errors import InvalidSpecError

REPO = "https://github.com/my-org/helm-charts.git"
WHOLE: dict[str, Any] = {
    "apiVersion": "argoproj.io/v1alpha1",
    "kind": "Application",
    "metadata": {
        "name": "shop",
        "namespace": "argocd",
        "labels": {"team": "web"},
        "annotations": {"argocd.argoproj.io/refresh": "hard"},
        "finalizers": ["resources-finalizer.argocd.argoproj.io"],
    },
    "spec": {
        "project": "web",
        "sources": [
            {
                "repoURL": REPO,
                "path": "charts/a",
                "targetRevision": "main",
                "name": "chart",
                "tagPrefix": "a/",
                "helm": {
                    "valueFiles": ["$values/a.yaml"],
                    "valuesObject": {"a": 1},
                    "parameters": [{"name": "a", "value": "1", "forceString": True}],
                    "fileParameters": [{"name": "b", "path": "b"}],
                    "apiVersions": ["v1"],
                    "skipCrds": True,
                },
            },
            {"repoURL": REPO, "path": "k", "kustomize": {"images": ["a:1"], "patches": [{"patch": "x"}]}},
            {"repoURL": REPO, "path": "d", "directory": {"recurse": True, "jsonnet": {"libs": ["x"]}}},
            {"repoURL": REPO, "path": "p", "plugin": {"name": "x"}},
            {"repoURL": REPO, "ref": "values"},
        ],
        "destination": {"server": "https://kubernetes.default.svc", "namespace": "shop"},
        "syncPolicy": {
            "automated": {"prune": True, "enabled": True},
            "syncOptions": ["CreateNamespace=true"],
            "retry": {"limit": 3, "backoff": {"duration": "5s", "factor": 2, "maxDuration": "3m"}},
            "managedNamespaceMetadata": {"labels": {"a": "b"}, "annotations": {"a": "b"}},
        },
        "ignoreDifferences": [{"kind": "Deployment", "jsonPointers": ["/spec/replicas"]}],
        "info": [{"name": "a", "value": "b"}],
        "revisionHistoryLimit": 5,
    },
}
INTRUDERS: list[Any] = [
    None,
    True,
    -1,
    1.5,
    "",
    "x",
    "${",
    [],
    ["x"],
    [None],
    [[]],
    {},
    {"x": "y"},
    {"x": None},
    {1: 2},
]


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to each value inside a document."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield (*at, step)
        yield from places(inner, (*at, step))


def with_intruder(place: tuple[Any, ...], intruder: Any) -> dict[str, Any]:
    document = copy.deepcopy(WHOLE)
    inner: Any = document
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = intruder
    return document


def test_the_whole_document_is_fine() -> None:
    assert len(Application.parse(WHOLE).sources) == 5


def outcome(document: dict[str, Any]) -> str:
    """The refusal, or "" for a document that can be read and then used."""
    try:
        app = Application.parse(document)
    except InvalidSpecError as error:
        return str(error)
    app.unsupported()
    return "" if app.sources and app.cascade else "an Application without sources"


@pytest.mark.parametrize("place", list(places(WHOLE)), ids=lambda place: ".".join(map(str, place)))
def test_any_value_in_any_place_is_read_or_refused(place: tuple[Any, ...]) -> None:
    outcomes = [outcome(with_intruder(place, intruder)) for intruder in INTRUDERS]
    refusals = [text for text in outcomes if text]
    assert all(text.startswith("Application") and ": " in text for text in refusals)
    kept_as_written = {"valuesObject", "jsonnet", "plugin", "patches"}
    assert refusals or kept_as_written & {str(step) for step in place}
