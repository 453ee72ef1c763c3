"""Where manifests come from."""

from __future__ import annotations

from typing import Any

import pytest

from shared.domain.specs.directory_options import DirectoryOptions
from shared.domain.specs.fields import Fields
from shared.domain.specs.helm_options import HelmOptions
from shared.domain.specs.source import Source
from shared.errors import InvalidSpecError

REPO = "https://github.com/my-org/helm-charts.git"


def parsed(*, one_of_many: bool = False, **data: Any) -> Source:
    fields = Fields("Application argocd/shop", "spec.source", {"repoURL": REPO, **data})
    return Source.parse(fields, one_of_many=one_of_many)


def complaint(*, one_of_many: bool = False, **data: Any) -> str:
    with pytest.raises(InvalidSpecError) as caught:
        parsed(one_of_many=one_of_many, **data)
    return str(caught.value).removeprefix("Application argocd/shop: ")


def test_a_repository_and_a_path_are_enough() -> None:
    assert parsed(path="apps") == Source(REPO, "apps", "")


def test_every_field_is_read() -> None:
    assert parsed(
        path="a", targetRevision="v1", ref="values", name="main", tagPrefix="app/", plugin={}
    ) == Source(REPO, "a", "v1", "", "values", "main", "app/", plugin={})


@pytest.mark.parametrize(
    ("options", "source"),
    [
        ({"helm": {}}, Source(REPO, "a", helm=HelmOptions())),
        ({"kustomize": {"version": None}}, Source(REPO, "a", kustomize={})),
        ({"directory": {}}, Source(REPO, "a", directory=DirectoryOptions())),
        ({"helm": None, "kustomize": None}, Source(REPO, "a")),
    ],
)
def test_empty_options_name_a_tool_and_null_does_not(options: dict[str, Any], source: Source) -> None:
    assert parsed(path="a", **options) == source


PATHS = [("apps/", "apps"), ("./apps//x", "apps/x"), (".", "."), ("a/../b", "b"), ("..apps", "..apps")]


@pytest.mark.parametrize(("written", "path"), PATHS)
def test_paths_have_one_spelling(written: str, path: str) -> None:
    assert parsed(path=written).path == path


@pytest.mark.parametrize("path", ["..", "../x", "a/../../x", "./.."])
def test_a_path_stays_in_the_repository(path: str) -> None:
    assert (
        complaint(path=path)
        == f"spec.source.path leaves the repository: {path!r}. Name a folder inside of it"
    )


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"path": "/apps"}, "spec.source.path is absolute: '/apps'. Write it from the root of the repository"),
    ({"repoURL": "", "path": "a"}, "spec.source.repoURL is missing. Name the repository"),
    ({"repoURL": " ", "path": "a"}, "spec.source.repoURL is missing. Name the repository"),
    ({}, "spec.source names no path or chart. For the root of the repository write path: ."),
    ({"ref": "values"}, "spec.source names no path or chart. For the root of the repository write path: ."),
    (
        {"chart": "redis"},
        "spec.source.targetRevision is missing. A chart needs a version or a range of versions",
    ),
    ({"path": "a", "ref": "a/b"}, "spec.source.ref is 'a/b'. Use letters, digits, '-' and '_' only"),
    (
        {"path": "a", "helm": {}, "directory": {}},
        "spec.source has options for helm and directory. Keep one of them",
    ),
    ({"path": "a", "helm": "x"}, "spec.source.helm must be an object, not a text"),
    (
        {"path": "a", "kustomize": {"images": "a:1"}},
        "spec.source.kustomize.images must be a list, not a text. Write one entry a line, each after a dash",
    ),
    (
        {"path": "a", "kustomize": {"commonLabels": {"a": 1}}},
        "spec.source.kustomize.commonLabels['a'] must be a text, not a whole number. Put it in quotes",
    ),
    (
        {"path": "a", "kustomize": {"commonAnnotationsEnvsubst": "yes"}},
        "spec.source.kustomize.commonAnnotationsEnvsubst must be true or false, not a text",
    ),
    (
        {"path": "a", "kustomize": {"patches": ["x"]}},
        "spec.source.kustomize.patches[0] must be an object, not a text",
    ),
]


@pytest.mark.parametrize(("data", "sentence"), WRONG, ids=[sentence for _, sentence in WRONG])
def test_what_is_wrong_is_said_with_the_field_and_the_way_out(data: dict[str, Any], sentence: str) -> None:
    assert complaint(**data) == sentence


def test_one_of_many_sources_may_only_lend_its_files() -> None:
    lender = parsed(one_of_many=True, ref="values")
    assert (lender.ref, lender.path) == ("values", "")
    assert complaint(one_of_many=True).startswith("spec.source names no path, chart or ref.")
