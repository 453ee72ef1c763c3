"""The demo deploys the user's manifests byte for byte, and what stands around them can be deployed at all."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

import sandbox.seed
from sandbox.seed.files import helm_charts_files, root_app

SEED = Path(sandbox.seed.__file__).parent
GIVEN = {
    "root-app.yaml": "5282b219f51987374bba563733103c6b67aec695023e3ac162d6b6b5b5a3d676",
    "applicationset-ai-app.yaml": "1ceb482f8d55a7e0138fb0970ad3ea8d5f3e4bcff342c23a3dbb41ab53566673",
    "cluster-secret-store.yaml": "85105d813e5cf2ce07440a0a30729c426e1f7e2bd801588de5119c6b18b3a598",
    "external-secret.yaml": "213c1a5d15e9019b9020a65c7fe1bd8eae31e9daaa0ecedb402734a4f4683c80",
    "helm-charts/apps/ai-app.yaml": "a1e34b306d8f1f58e90dc77d1f06ef7441a2c7ef4c1b34a27ba16e101574e661",
}
FILES = helm_charts_files()
RESOURCES_FINALIZER = "resources-finalizer.argocd.argoproj.io"
REPOSITORY = "https://github.com/my-org/helm-charts.git"


def is_manifest(path: str) -> bool:
    return path.endswith((".yaml", ".json")) and "/templates/" not in path


def documents(data: bytes) -> list[dict[str, Any]]:
    return [document for document in yaml.safe_load_all(data) if document is not None]


def applications() -> dict[str, dict[str, Any]]:
    return {path: documents(data)[0] for path, data in FILES.items() if path.startswith("apps/")}


@pytest.mark.parametrize("name", GIVEN)
def test_a_given_file_is_the_users_byte_for_byte(name: str) -> None:
    assert hashlib.sha256((SEED / name).read_bytes()).hexdigest() == GIVEN[name]


def test_the_file_of_checksums_says_the_same() -> None:
    lines = (SEED / "CHECKSUMS").read_text().splitlines()
    assert {name: checksum for checksum, name in (line.split() for line in lines)} == GIVEN


def test_the_repository_holds_the_given_application_and_the_root_points_at_its_folder() -> None:
    assert hashlib.sha256(FILES["apps/ai-app.yaml"]).hexdigest() == GIVEN["helm-charts/apps/ai-app.yaml"]
    source = documents(root_app())[0]["spec"]["source"]
    assert (source["repoURL"], source["path"]) == (REPOSITORY, "apps")


@pytest.mark.parametrize("path", [path for path in FILES if is_manifest(path)])
def test_what_is_no_template_parses(path: str) -> None:
    assert documents(FILES[path])
    if path.endswith(".json"):
        assert json.loads(FILES[path])


@pytest.mark.parametrize("path", applications())
def test_an_application_deploys_a_folder_that_exists(path: str) -> None:
    source = applications()[path]["spec"]["source"]
    assert source["repoURL"] == REPOSITORY
    assert any(file.startswith(f"{source['path']}/") for file in FILES)
    for value_file in source.get("helm", {}).get("valueFiles", []):
        assert f"{source['path']}/{value_file}" in FILES


def test_each_application_has_a_namespace_of_its_own_but_for_the_secrets_of_the_users() -> None:
    namespaces = {
        app["metadata"]["name"]: app["spec"]["destination"]["namespace"] for app in applications().values()
    }
    assert namespaces.pop("secrets") == namespaces["ai-app-production"]
    assert len(set(namespaces.values())) == len(namespaces) == 6


def test_the_users_secrets_are_part_of_the_repository_byte_for_byte() -> None:
    for name in ("cluster-secret-store.yaml", "external-secret.yaml"):
        assert hashlib.sha256(FILES[f"secrets/{name}"]).hexdigest() == GIVEN[name]


@pytest.mark.parametrize("path", applications())
def test_the_namespace_is_made_by_an_option_or_by_a_manifest(path: str) -> None:
    spec = applications()[path]["spec"]
    folder, namespace = spec["source"]["path"], spec["destination"]["namespace"]
    plain = [
        one
        for file, data in FILES.items()
        if file.startswith(f"{folder}/") and is_manifest(file)
        for one in documents(data)
    ]
    brought = any(one.get("kind") == "Namespace" and one["metadata"]["name"] == namespace for one in plain)
    assert brought is not ("CreateNamespace=true" in spec["syncPolicy"]["syncOptions"])


def test_both_ways_of_removal_can_be_shown() -> None:
    with_finalizer = [
        path
        for path, app in applications().items()
        if RESOURCES_FINALIZER in app["metadata"].get("finalizers", [])
    ]
    assert with_finalizer == ["apps/docs-site.yaml"]
    assert len(FILES) > len(applications()) > 2
