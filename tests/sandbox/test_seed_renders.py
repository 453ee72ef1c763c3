"""Every application of the demo renders with the field's own libraries, and no two own the same object."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.git.bare_repository import BareRepository
from sandbox.seed.files import helm_charts_files
from shared.adapters.git.extract import write_extract
from shared.adapters.tools.manifest_tool import KubetoolsManifestTool
from shared.domain.render.render_request import (
    DirectoryRequest,
    HelmParameter,
    HelmRequest,
    KustomizeRequest,
    ValueFile,
)
from shared.domain.source.checkout import Checkout

KUBETOOLS = Path(__file__).parents[2] / "build/bin/kubetools"
FILES = helm_charts_files()
APPLICATIONS = {
    app["metadata"]["name"]: app["spec"]
    for app in (yaml.safe_load(data) for path, data in FILES.items() if path.startswith("apps/"))
}
Manifest = dict[str, Any]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    folder = tmp_path_factory.mktemp("seed")
    bare = BareRepository.create("my-org/helm-charts", folder / "bare")
    commit = bare.commit_directly(FILES, "Start")
    repo = bare.open()
    try:
        tree = str(repo.revparse_single(f"{commit}^{{tree}}").id)
        write_extract(repo, tree, folder / "objects")
    finally:
        repo.free()
    return Checkout("https://github.com/my-org/helm-charts.git", commit, tree, str(folder / "objects"))


@pytest.fixture(scope="module")
def tool() -> Iterator[KubetoolsManifestTool]:
    tool = KubetoolsManifestTool(KUBETOOLS)
    yield tool
    tool.close()


def rendered(tool: KubetoolsManifestTool, checkout: Checkout, name: str) -> tuple[Manifest, ...]:
    source, namespace = (
        APPLICATIONS[name]["source"],
        APPLICATIONS[name]["destination"]["namespace"],
    )
    path: str = source["path"]
    if path.startswith("kustomize/"):
        return tool.kustomize(KustomizeRequest(checkout, path)).objects
    if path.startswith("plain/") or path == "secrets":
        recurse = bool(source.get("directory", {}).get("recurse"))
        return tool.directory(DirectoryRequest(checkout, path, recurse=recurse)).objects
    helm = source.get("helm", {})
    return tool.helm(
        HelmRequest(
            checkout,
            path,
            release=helm.get("releaseName", name),
            namespace=namespace,
            kube_version="v1.34.4",
            value_files=tuple(ValueFile(checkout, f"{path}/{file}") for file in helm.get("valueFiles", [])),
            values=yaml.safe_dump(helm["valuesObject"]) if "valuesObject" in helm else helm.get("values", ""),
            parameters=tuple(HelmParameter(one["name"], one["value"]) for one in helm.get("parameters", [])),
        )
    ).objects


def test_no_two_applications_own_the_same_object(tool: KubetoolsManifestTool, checkout: Checkout) -> None:
    owned = [
        (
            one["kind"],
            one["metadata"].get("namespace", spec["destination"]["namespace"]),
            one["metadata"]["name"],
        )
        for name, spec in APPLICATIONS.items()
        for one in rendered(tool, checkout, name)
    ]
    assert len(owned) == len(set(owned)) == 28


def test_production_runs_three_replicas_of_the_image_of_the_chart(
    tool: KubetoolsManifestTool, checkout: Checkout
) -> None:
    objects = {one["kind"]: one for one in rendered(tool, checkout, "ai-app-production")}
    assert sorted(objects) == ["ConfigMap", "Deployment", "Ingress", "Service", "ServiceAccount"]
    spec = objects["Deployment"]["spec"]
    assert spec["replicas"] == 3
    assert spec["template"]["spec"]["containers"][0]["image"] == "myacr.azurecr.io/ai-app:1.4.1"


def test_what_the_application_says_wins_over_the_files_of_the_chart(
    tool: KubetoolsManifestTool, checkout: Checkout
) -> None:
    litellm = next(one for one in rendered(tool, checkout, "litellm") if one["kind"] == "Deployment")
    assert litellm["spec"]["replicas"] == 2
    assert litellm["spec"]["template"]["spec"]["containers"][0]["image"].endswith(":v1.77.5")


@pytest.mark.parametrize(("environment", "replicas"), [("dev", 1), ("staging", 2), ("prod", 3)])
def test_the_chart_renders_for_every_environment(
    tool: KubetoolsManifestTool, checkout: Checkout, environment: str, replicas: int
) -> None:
    chart = "charts/ai-app"
    values = (ValueFile(checkout, f"{chart}/values.{environment}.yaml"),)
    objects = tool.helm(HelmRequest(checkout, chart, "ai-app", "production", value_files=values)).objects
    (deployment,) = [one for one in objects if one["kind"] == "Deployment"]
    assert deployment["spec"]["replicas"] == replicas


def test_with_autoscaling_the_replicas_are_left_to_the_autoscaler(
    tool: KubetoolsManifestTool, checkout: Checkout
) -> None:
    request = HelmRequest(
        checkout, "charts/ai-app", "ai-app", "production", values="autoscaling: {enabled: true}"
    )
    objects = {one["kind"]: one for one in tool.helm(request).objects}
    assert "replicas" not in objects["Deployment"]["spec"]
    assert objects["HorizontalPodAutoscaler"]["spec"]["scaleTargetRef"]["name"] == "ai-app"
