"""Values files and values written in the Application."""

from __future__ import annotations

import json

import pytest

from shared.domain.render.helm_values import ValueFiles, inline_values
from shared.domain.render.render_request import ValueFile
from shared.domain.specs.helm_options import HelmOptions
from shared.errors import RenderError
from tests.domain.render.asked import checkout

HERE, THERE = checkout(), checkout("https://github.com/my-org/config.git")
FILES = ValueFiles(
    "Application argocd/shop",
    HERE,
    "charts/ai-app",
    {"values": THERE, "ARGOCD_APP_NAME": THERE},
    {"ARGOCD_APP_NAME": "shop", "ENV": "prod"},
)

FOUND = [
    ("values.prod.yaml", HERE, "charts/ai-app/values.prod.yaml"),
    ("./env/../values.yaml", HERE, "charts/ai-app/values.yaml"),
    ("../../shared.yaml", HERE, "shared.yaml"),
    ("/envs/prod.yaml", HERE, "envs/prod.yaml"),
    ("values.$ENV.yaml", HERE, "charts/ai-app/values.prod.yaml"),
    ("$ENV/values.yaml", HERE, "charts/ai-app/prod/values.yaml"),
    ("/${ENV}/values.yaml", HERE, "prod/values.yaml"),
    ("$values/envs/prod.yaml", THERE, "envs/prod.yaml"),
    ("$values/envs/$ENV.yaml", THERE, "envs/prod.yaml"),
    ("$values//envs/./prod.yaml", THERE, "envs/prod.yaml"),
    ("$ARGOCD_APP_NAME/values.yaml", THERE, "values.yaml"),
    ("$values.yaml", HERE, "charts/ai-app/.yaml"),
]


@pytest.mark.parametrize(("text", "where", "path"), FOUND, ids=[text for text, _, _ in FOUND])
def test_a_path_is_found_where_argo_cd_finds_it(text: str, where: object, path: str) -> None:
    assert FILES.resolve(text, "valueFiles") == ValueFile(where, path)  # type: ignore[arg-type]


def test_at_the_root_of_the_repository_paths_start_there() -> None:
    at_root = ValueFiles("Application argocd/shop", HERE, ".", {}, {})
    assert at_root.resolve("values.yaml", "valueFiles").path == "values.yaml"


REFUSED = [
    ("https://example.com/values.yaml", "is a URL, which is not fetched yet. Keep the file in Git"),
    ("secrets://values.yaml", "is a URL, which is not fetched yet. Keep the file in Git"),
    ("../../../etc/passwd", "leaves the repository. Name a file inside of it"),
    ("/../etc/passwd", "leaves the repository. Name a file inside of it"),
    ("$values/../x.yaml", "leaves the repository. Name a file inside of it"),
    ("$values/../../x.yaml", "leaves the repository. Name a file inside of it"),
    ("envs/*.yaml", "is a glob, which is not followed yet. Name each file"),
    ("$config/prod.yaml", "needs a source with ref 'config'. Add it to spec.sources"),
    ("$values", "names no file. Name a file inside of the repository"),
    ("../..", "names no file. Name a file inside of the repository"),
    ("", "names no file. Name a file inside of the repository"),
]


@pytest.mark.parametrize(("text", "sentence"), REFUSED, ids=[text for text, _ in REFUSED])
def test_a_path_that_cannot_be_had_is_refused_with_a_way_out(text: str, sentence: str) -> None:
    with pytest.raises(RenderError) as caught:
        FILES.resolve(text, "spec.source.helm.valueFiles")
    assert str(caught.value) == f"Application argocd/shop: spec.source.helm.valueFiles {text!r} {sentence}"


def test_values_are_passed_on_as_written() -> None:
    assert inline_values(HelmOptions(values="a: 1 # one\n")) == "a: 1 # one\n"
    assert inline_values(HelmOptions()) == ""


def test_the_values_object_wins_and_is_written_as_json() -> None:
    text = inline_values(HelmOptions(values="a: 1", values_object={"a": {"ö": [True, None, "x"]}}))
    assert json.loads(text) == {"a": {"ö": [True, None, "x"]}}


def test_an_empty_values_object_still_hides_the_values() -> None:
    assert inline_values(HelmOptions(values="a: 1", values_object={})) == "{}"
