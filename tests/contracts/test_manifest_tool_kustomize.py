"""What shared/ports/manifest_tool.py promises: kustomizations, after the edits of `kustomize edit`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kubetools.build import build
from shared.adapters.tools.manifest_tool import KubetoolsManifestTool
from shared.domain.render.render_request import (
    KustomizeRequest,
)
from shared.domain.source.checkout import Checkout
from shared.errors import RenderError
from shared.ports.manifest_tool import ManifestTool
from tests.adapters.tools.extracts import File, blob_id
from tests.adapters.tools.questions import Commit, config, names, read


@pytest.fixture(scope="module")
def tool() -> Iterator[ManifestTool]:
    made = KubetoolsManifestTool(build() / "kubetools")
    yield made
    made.close()


@pytest.fixture
def commit(tmp_path: Path) -> Commit:
    return Commit(tmp_path / "objects")


WEB = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n"
    "spec:\n  replicas: 1\n  selector: {matchLabels: {app: web}}\n"
    "  template:\n    metadata: {labels: {app: web}}\n"
    "    spec: {containers: [{name: web, image: 'shop/web:1'}]}\n"
)


def kustomization(**more: File) -> dict[str, File]:
    return {
        "base/kustomization.yaml": "resources: [web.yaml, config.yaml]\n",
        "base/web.yaml": WEB,
        "base/config.yaml": config("settings", a="1"),
        "prod/kustomization.yaml": "resources: [../base]\nnamespace: prod\n",
        **more,
    }


def kustomized(tool: ManifestTool, checkout: Checkout, **options: Any) -> dict[str, dict[str, Any]]:
    made = tool.kustomize(KustomizeRequest(checkout, "prod", options)).objects
    return {each["kind"]: each for each in made}


def test_an_overlay_is_built_in_the_order_of_the_program(tool: ManifestTool, commit: Commit) -> None:
    rendered = tool.kustomize(KustomizeRequest(commit(kustomization()), "prod"))
    assert names(rendered) == ["ConfigMap/settings", "Deployment/web"]
    assert {each["metadata"]["namespace"] for each in rendered.objects} == {"prod"}


def test_a_build_records_the_files_it_read_and_those_it_missed(tool: ManifestTool, commit: Commit) -> None:
    files = kustomization(**{"base/unused.yaml": "x", "prod/other": "y"})
    found = read(tool.kustomize(KustomizeRequest(commit(files), "prod")))
    contents = {path: blob_id(text) for path, text in kustomization().items() if isinstance(text, str)}
    assert {path: blob for path, blob in found.items() if blob} == contents
    assert {"prod/kustomization.yml", "prod/Kustomization", "base/Kustomization"} <= {
        p for p, b in found.items() if not b
    }


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("shop/web:2", "shop/web:2"),
        ("shop/web=registry.example/web:3", "registry.example/web:3"),
        ("shop/web=registry.example:5000/web", "registry.example:5000/web:1"),
        (f"shop/web@sha256:{'a' * 64}", f"shop/web@sha256:{'a' * 64}"),
        (f"shop/web=other:4@sha256:{'b' * 64}", f"other:4@sha256:{'b' * 64}"),
        ("unrelated:9", "shop/web:1"),
    ],
)
def test_images_are_set(tool: ManifestTool, commit: Commit, image: str, expected: str) -> None:
    made = kustomized(tool, commit(kustomization()), images=[image])
    assert made["Deployment"]["spec"]["template"]["spec"]["containers"][0]["image"] == expected


def test_names_replicas_and_namespace_are_set(tool: ManifestTool, commit: Commit) -> None:
    made = kustomized(
        tool,
        commit(kustomization()),
        namePrefix="eu-",
        nameSuffix="-v2",
        namespace="elsewhere",
        replicas=[{"name": "web", "count": 4}],
    )
    assert made["Deployment"]["metadata"] == {"name": "eu-web-v2", "namespace": "elsewhere"}
    assert made["Deployment"]["spec"]["replicas"] == 4


def test_labels_and_annotations_are_added(tool: ManifestTool, commit: Commit) -> None:
    checkout = commit(kustomization())
    made = kustomized(tool, checkout, commonLabels={"team": "a"}, commonAnnotations={"note": "x"})[
        "Deployment"
    ]
    assert made["spec"]["selector"]["matchLabels"] == {"app": "web", "team": "a"}
    assert made["metadata"]["annotations"] == {"note": "x"}
    outside = kustomized(
        tool, checkout, commonLabels={"team": "a"}, labelWithoutSelector=True, labelIncludeTemplates=True
    )["Deployment"]
    assert outside["spec"]["selector"]["matchLabels"] == {"app": "web"}
    assert outside["spec"]["template"]["metadata"]["labels"] == {"app": "web", "team": "a"}


def test_labels_that_are_there_are_replaced_only_by_force(tool: ManifestTool, commit: Commit) -> None:
    overlay = "resources: [../base]\ncommonLabels: {team: old}\ncommonAnnotations: {note: old}\n"
    checkout = commit(kustomization(**{"prod/kustomization.yaml": overlay}))
    with pytest.raises(RenderError, match="label team already in kustomization file"):
        kustomized(tool, checkout, commonLabels={"team": "new"})
    made = kustomized(
        tool,
        checkout,
        commonLabels={"team": "new"},
        forceCommonLabels=True,
        commonAnnotations={"note": "new"},
        forceCommonAnnotations=True,
    )["Deployment"]
    assert (made["metadata"]["labels"]["team"], made["metadata"]["annotations"]["note"]) == ("new", "new")


def test_patches_are_appended(tool: ManifestTool, commit: Commit) -> None:
    own = "patches:\n- {patch: 'kind: Deployment\n\n    metadata: {name: web}\n\n    spec: {paused: true}'}\n"
    overlay = "resources: [../base]\n" + own.replace("\n\n    ", "\\n").replace("'", '"')
    patch = '[{"op": "replace", "path": "/spec/replicas", "value": 7}]'
    made = kustomized(
        tool,
        commit(
            kustomization(
                **{"prod/kustomization.yaml": overlay.replace("kind:", "apiVersion: apps/v1\\nkind:")}
            )
        ),
        patches=[{"target": {"kind": "Deployment", "name": "web"}, "patch": patch}],
    )["Deployment"]
    assert (made["spec"]["paused"], made["spec"]["replicas"]) == (True, 7)


def test_components_are_added_and_may_be_missing(tool: ManifestTool, commit: Commit) -> None:
    component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnamePrefix: c-\n"
    checkout = commit(kustomization(**{"extras/kustomization.yaml": component}))
    made = kustomized(tool, checkout, components=["../extras", "../none"], ignoreMissingComponents=True)
    assert made["Deployment"]["metadata"]["name"] == "c-web"
    with pytest.raises(RenderError, match="none"):
        kustomized(tool, checkout, components=["../none"])


def test_generators_work(tool: ManifestTool, commit: Commit) -> None:
    overlay = "configMapGenerator:\n- {name: made, files: [a.txt], literals: [k=v]}\n"
    made = kustomized(tool, commit({"prod/kustomization.yaml": overlay, "prod/a.txt": "text"}))["ConfigMap"]
    assert made["metadata"]["name"].startswith("made-")
    assert made["data"] == {"a.txt": "text", "k": "v"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"unheardOf": 1}, r"spec\.source\.kustomize: .*unheardOf"),
        ({"images": ["shop/web"]}, "kustomize edit set image"),
        ({"replicas": [{"name": "web", "count": "many"}]}, "no whole number"),
        ({"images": "text"}, r"spec\.source\.kustomize"),
    ],
)
def test_options_that_cannot_be_obeyed_are_errors(
    tool: ManifestTool, commit: Commit, options: dict[str, object], said: str
) -> None:
    with pytest.raises(RenderError, match=said):
        kustomized(tool, commit(kustomization()), **options)


@pytest.mark.parametrize(
    "remote",
    [
        "https://github.com/example/base?ref=v1",
        "github.com/example/base",
        "https://example.com/web.yaml",
        "git@github.com:a/b.git",
    ],
)
def test_remote_bases_are_refused_in_words(tool: ManifestTool, commit: Commit, remote: str) -> None:
    checkout = commit({"prod/kustomization.yaml": f"resources:\n- {remote}\n"})
    with pytest.raises(
        RenderError, match=r"remote bases and remote files are not fetched yet.*Commit a copy"
    ):
        kustomized(tool, checkout)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"prod/a.yaml": "x: 1"}, "unable to find one of 'kustomization.yaml'"),
        ({"prod/kustomization.yaml": "resources: [gone.yaml]"}, "gone.yaml"),
        ({"prod/kustomization.yaml": "resurces: []"}, "resurces"),
        ({"prod/kustomization.yaml": "patches: [{path: ../x.yaml}]", "x.yaml": ""}, "security"),
        ({"x": ""}, "prod: there is no such directory"),
    ],
)
def test_a_kustomization_that_cannot_be_built_says_why(
    tool: ManifestTool, commit: Commit, files: dict[str, File], said: str
) -> None:
    with pytest.raises(RenderError, match=said):
        kustomized(tool, commit(files))
