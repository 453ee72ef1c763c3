"""The OpenAPI documents agree with a kube-apiserver's where clients look."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from sandbox.cluster.kinds import BUILT_IN
from tests.controlplane.control_plane import ControlPlane
from tests.controlplane.polling import eventually
from tests.sandbox.cluster.conftest import Client, Json

GROUPS = sorted({f"apis/{kind.api_version}" if kind.group else "api/v1" for kind in BUILT_IN})
DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
MARKERS = ("x-kubernetes-patch-strategy", "x-kubernetes-patch-merge-key", "type")
# what the `kubernetes` package has of a later version, and what it says less of: data of any form
LATER = {"workloadRef", "declaredFeatures", "userAnnotations", "resources", "allocatedResources"}
FREE_FORM = {"fieldsV1", "data", "tolerance", "value"}


def kinds_of(document: Json) -> dict[str, Json]:
    """The schemas of whole kinds, with the schemas of their fields in place of the references."""
    schemas = document["components"]["schemas"]
    return {
        str(found[0]["kind"]): _inlined(schema, schemas, ())
        for schema in schemas.values()
        if len(found := schema.get("x-kubernetes-group-version-kind", ())) == 1
    }


def _inlined(schema: Json, schemas: Mapping[str, Json], above: tuple[str, ...]) -> Json:
    found = dict(schema)
    for part in [schema, *schema.get("allOf", ())]:
        if name := str(part.get("$ref", "")).rpartition("/")[2]:
            found.update({} if name in above else _inlined(schemas[name], schemas, (*above, name)))
    if "properties" in found:
        inner = {name: _inlined(each, schemas, above) for name, each in found["properties"].items()}
        found["properties"] = inner
    if "items" in found:
        found["items"] = _inlined(found["items"], schemas, above)
    return found


def differences(ours: Json, theirs: Json, path: str) -> list[str]:
    found: list[str] = []
    here, there = ours.get("properties") or {}, theirs.get("properties") or {}
    found += [f"{path}.{name}" for name in set(here) ^ set(there) if name not in LATER]
    for name in set(here) & set(there) - FREE_FORM:
        a, b = here[name], there[name]
        found += [f"{path}.{name} {marker}" for marker in MARKERS if a.get(marker) != b.get(marker)]
        found += differences(a, b, f"{path}.{name}")
    if "items" in ours and "items" in theirs:
        found += differences(ours["items"], theirs["items"], f"{path}[]")
    return found


@pytest.mark.parametrize("group", ["api/v1", "apis/apps/v1", "apis/batch/v1", "apis/networking.k8s.io/v1"])
def test_kinds_have_the_fields_types_and_merge_keys_of_a_kube_apiserver(
    group: str, client: Client, control_plane: ControlPlane
) -> None:
    with control_plane._session.get(f"{control_plane.server}/openapi/v3/{group}") as answer:
        theirs = kinds_of(answer.json())
    ours = kinds_of(client.get(f"/openapi/v3/{group}"))
    assert {kind: differences(ours[kind], theirs[kind], kind) for kind in ours} == {kind: [] for kind in ours}


def test_the_index_names_a_document_for_each_group_and_version(client: Client) -> None:
    paths = client.get("/openapi/v3")["paths"]
    assert sorted(paths) == GROUPS
    url = paths["apis/apps/v1"]["serverRelativeURL"]
    assert "/apis/apps/v1/namespaces/{namespace}/deployments/{name}" in client.get(url)["paths"]
    with client._session.get(client.cluster.url + "/openapi/v3/apis/none/v1") as answer:
        assert answer.status_code == 404


def test_a_patch_tells_its_formats_and_options(client: Client) -> None:
    paths = client.get("/openapi/v3/api/v1")["paths"]
    patch = paths["/api/v1/namespaces/{namespace}/configmaps/{name}"]["patch"]
    assert "application/strategic-merge-patch+json" in patch["requestBody"]["content"]
    assert {"dryRun", "fieldManager", "fieldValidation", "force"} == {p["name"] for p in patch["parameters"]}


def test_a_field_is_described_and_required_ones_are_said(client: Client) -> None:
    schemas = client.get("/openapi/v3/apis/apps/v1")["components"]["schemas"]
    deployment = schemas["io.k8s.api.apps.v1.DeploymentSpec"]
    assert deployment["required"] == ["selector", "template"]
    assert deployment["properties"]["replicas"]["description"].startswith("Number of desired pods.")
    assert schemas["io.k8s.api.apps.v1.Deployment"]["description"].startswith("Deployment enables")


def test_a_custom_kind_is_described_by_its_definition(client: Client) -> None:
    define(client, "How high.")
    eventually(lambda: "apis/x.test/v1" in client.get("/openapi/v3")["paths"], "the group is served")
    document = client.get("/openapi/v3/apis/x.test/v1")
    tide = document["components"]["schemas"]["test.x.v1.Tide"]
    assert set(tide["properties"]) == {"apiVersion", "kind", "metadata", "spec"}
    patch = document["paths"]["/apis/x.test/v1/namespaces/{namespace}/tides/{name}"]["patch"]
    assert "application/strategic-merge-patch+json" not in patch["requestBody"]["content"]


def test_the_index_says_that_a_definition_changed(client: Client) -> None:
    define(client, "How high.")
    before = eventually(lambda: url_of_tides(client), "the group is served")
    version = define(client, "How low.")
    client.patch(f"{DEFINITIONS}/tides.x.test", {"spec": {"versions": [version]}})
    eventually(lambda: url_of_tides(client) != before, "another hash")


def define(client: Client, description: str) -> Json:
    schema = {"type": "object", "properties": {"spec": {"type": "object", "description": description}}}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    names = {"plural": "tides", "singular": "tide", "kind": "Tide", "listKind": "TideList"}
    spec = {"group": "x.test", "scope": "Namespaced", "names": names, "versions": [version]}
    definition = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition"}
    client.post(DEFINITIONS, {**definition, "metadata": {"name": "tides.x.test"}, "spec": spec})
    return version


def url_of_tides(client: Client) -> str:
    paths = client.get("/openapi/v3")["paths"]
    return str(paths.get("apis/x.test/v1", {}).get("serverRelativeURL", ""))


def test_version_2_is_offered_as_json_and_as_protobuf(client: Client) -> None:
    document = client.get("/openapi/v2")
    patch = document["paths"]["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"]["patch"]
    assert {"body", "dryRun"} <= {parameter["name"] for parameter in patch["parameters"]}
    template = document["definitions"]["io.k8s.api.apps.v1.DeploymentSpec"]["properties"]["template"]
    assert template["$ref"] == "#/definitions/io.k8s.api.core.v1.PodTemplateSpec"
    for version, status in (("2", 200), ("3", 406)):
        media = f"application/com.github.proto-openapi.spec.v{version}@v1.0+protobuf"
        url = client.cluster.url + "/openapi/v2"
        with client._session.get(url, headers={"Accept": media}) as answer:
            assert answer.status_code == status
            assert (b"io.k8s.api.apps.v1.DeploymentSpec" in answer.content) is (status == 200)
