"""The promise of the port cluster_objects: server-side apply, which all of our writes are built on."""

from __future__ import annotations

from typing import Any

import pytest

from shared.domain.manifests.manifest import Manifest
from shared.errors import ConflictError, InvalidRequestError, NotFoundError
from shared.ports.cluster_objects import PatchKind
from tests.controlplane.cluster_world import ClusterWorld
from tests.controlplane.objects import config_map, deployment, secret, service


def container_of(manifest: Manifest) -> dict[str, Any]:
    container: dict[str, Any] = manifest["spec"]["template"]["spec"]["containers"][0]
    return container


def version_of(manifest: Manifest) -> str:
    return str(manifest["metadata"]["resourceVersion"])


def owners(manifest: Manifest) -> dict[str, Any]:
    """Who owns which fields by apply."""
    entries = manifest["metadata"]["managedFields"]
    return {each["manager"]: each["fieldsV1"] for each in entries if each["operation"] == "Apply"}


def test_applying_what_is_absent_creates_it(cluster_world: ClusterWorld, namespace: str) -> None:
    type = cluster_world.type("ConfigMap")
    applied = cluster_world.objects.apply(type, config_map(namespace, "a", {"k": "v"}))
    assert applied == cluster_world.objects.get(type, namespace, "a")
    assert owners(applied) == {"tidegate": {"f:data": {"f:k": {}}}}


def test_applying_the_same_again_writes_nothing(cluster_world: ClusterWorld, namespace: str) -> None:
    type = cluster_world.type("Deployment", "apps")
    manifest = deployment(
        namespace, "web", replicas=0, resources={"limits": {"cpu": "0.5", "memory": "1024Mi"}}
    )
    first = cluster_world.objects.apply(type, manifest)
    # the controller writes status meanwhile, in its own time: only what we write may count
    again = cluster_world.objects.apply(type, manifest)
    assert again["metadata"]["generation"] == first["metadata"]["generation"] == 1
    assert owners(again) == owners(first)

    kept = config_map(namespace, "a", {"k": "v"}, labels={"app": "x"})
    versions = {
        version_of(cluster_world.objects.apply(cluster_world.type("ConfigMap"), kept)) for _ in range(3)
    }
    assert len(versions) == 1


def test_nulls_and_empty_maps_of_generated_manifests_write_nothing(
    cluster_world: ClusterWorld, namespace: str
) -> None:
    type = cluster_world.type("Deployment", "apps")
    manifest = deployment(namespace, "web", replicas=0, resources={})
    manifest["metadata"] |= {"creationTimestamp": None, "annotations": None, "labels": {}}
    manifest["spec"]["template"]["metadata"]["creationTimestamp"] = None
    manifest["status"] = {}
    first = cluster_world.objects.apply(type, manifest)
    assert cluster_world.objects.apply(type, manifest)["metadata"]["generation"] == 1
    assert first["spec"]["replicas"] == 0


def test_a_dry_run_predicts_a_creation_and_creates_nothing(
    cluster_world: ClusterWorld, namespace: str
) -> None:
    type = cluster_world.type("Service")
    predicted = cluster_world.objects.apply(type, service(namespace, "web"), dry_run=True)
    assert predicted["spec"]["type"] == "ClusterIP"
    assert owners(predicted).keys() == {"tidegate"}
    assert cluster_world.objects.get(type, namespace, "web") is None


def test_a_dry_run_predicts_a_change_and_changes_nothing(cluster_world: ClusterWorld, namespace: str) -> None:
    type = cluster_world.type("ConfigMap")
    before = cluster_world.objects.apply(type, config_map(namespace, "a", {"goes": "1", "stays": "1"}))

    predicted = cluster_world.objects.apply(type, config_map(namespace, "a", {"stays": "2"}), dry_run=True)

    assert predicted["data"] == {"stays": "2"}
    assert predicted["metadata"]["uid"] == before["metadata"]["uid"]
    assert cluster_world.objects.get(type, namespace, "a") == before
    assert cluster_world.objects.apply(type, config_map(namespace, "a", {"stays": "2"}))["data"] == {
        "stays": "2"
    }


def test_a_dry_run_of_an_unchanged_object_predicts_what_is_there(
    cluster_world: ClusterWorld, namespace: str
) -> None:
    manifest = config_map(namespace, "a", {"k": "v"})
    before = cluster_world.objects.apply(cluster_world.type("ConfigMap"), manifest)
    assert cluster_world.objects.apply(cluster_world.type("ConfigMap"), manifest, dry_run=True) == before


def test_a_dry_run_is_refused_like_a_real_one(cluster_world: ClusterWorld, namespace: str) -> None:
    with pytest.raises(InvalidRequestError, match=r"spec\.replicas"):
        cluster_world.objects.apply(
            cluster_world.type("Deployment", "apps"), deployment(namespace, "web", replicas=-1), dry_run=True
        )
    with pytest.raises(NotFoundError, match='namespaces "nowhere" not found'):
        cluster_world.objects.apply(cluster_world.type("ConfigMap"), config_map("nowhere", "a"), dry_run=True)


def test_without_force_a_field_of_another_manager_is_a_conflict_that_names_it(
    cluster_world: ClusterWorld, namespace: str
) -> None:
    type = cluster_world.type("ConfigMap")
    cluster_world.apply_as("their-operator", type, config_map(namespace, "a", {"k": "theirs"}))
    with pytest.raises(ConflictError, match=r'conflict with "their-operator".*\.data\.k'):
        cluster_world.objects.apply(type, config_map(namespace, "a", {"k": "ours"}), force=False)
    stored = cluster_world.objects.get(type, namespace, "a")
    assert stored is not None
    assert stored["data"] == {"k": "theirs"}


def test_without_force_an_update_of_another_manager_is_a_conflict_too(
    cluster_world: ClusterWorld, namespace: str
) -> None:
    type = cluster_world.type("Deployment", "apps")
    cluster_world.objects.apply(type, deployment(namespace, "web", replicas=0))
    cluster_world.raw(
        "PATCH",
        type.path(namespace, "web"),
        {"fieldManager": "kubectl-edit"},
        {"spec": {"replicas": 1}},
        PatchKind.MERGE.value,
    )
    with pytest.raises(ConflictError, match=r'conflict with "kubectl-edit".*: \.spec\.replicas'):
        cluster_world.objects.apply(type, deployment(namespace, "web", replicas=0), force=False)
    assert (
        cluster_world.objects.apply(type, deployment(namespace, "web", replicas=0))["spec"]["replicas"] == 0
    )


def test_each_manager_drops_only_what_it_applied_itself(cluster_world: ClusterWorld, namespace: str) -> None:
    """How an ExternalSecret merges into an object that an application applies, too."""
    type, objects = cluster_world.type("Secret"), cluster_world.objects

    def secret(**data: str) -> Manifest:
        metadata = {"name": "shared", "namespace": namespace}
        return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": data}

    objects.apply(type, secret(OURS="eA=="))
    objects.apply(type, secret(A="eA==", B="eA=="), manager="tidegate-secrets/app")
    objects.apply(type, secret(OURS="eQ=="))
    found = objects.apply(type, secret(A="eA=="), manager="tidegate-secrets/app")
    assert found["data"] == {"OURS": "eQ==", "A": "eA=="}
    assert set(owners(found)) == {"tidegate", "tidegate-secrets/app"}


def test_a_merge_patch_takes_out_a_key_that_somebody_else_put_in(
    cluster_world: ClusterWorld, namespace: str
) -> None:
    type, objects = cluster_world.type("Secret"), cluster_world.objects
    metadata = {"name": "adopted", "namespace": namespace}
    made: Manifest = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata}
    objects.create(type, {**made, "data": {"OLD": "eA==", "KEPT": "eA=="}})
    after = objects.apply(type, {**made, "data": {"KEPT": "eA=="}}, manager="tidegate-secrets/app")
    assert set(after["data"]) == {"OLD", "KEPT"}
    version = {"resourceVersion": after["metadata"]["resourceVersion"]}
    patched = objects.patch(type, namespace, "adopted", {"metadata": version, "data": {"OLD": None}})
    assert patched["data"] == {"KEPT": "eA=="}
    with pytest.raises(ConflictError):
        objects.patch(type, namespace, "adopted", {"metadata": version, "data": {"KEPT": None}})


def test_force_takes_the_field_away_from_its_manager(cluster_world: ClusterWorld, namespace: str) -> None:
    type = cluster_world.type("ConfigMap")
    cluster_world.apply_as("their-operator", type, config_map(namespace, "a", {"k": "theirs", "own": "1"}))
    applied = cluster_world.objects.apply(type, config_map(namespace, "a", {"k": "ours"}))
    assert applied["data"] == {"k": "ours", "own": "1"}
    assert owners(applied) == {
        "their-operator": {"f:data": {"f:own": {}}},
        "tidegate": {"f:data": {"f:k": {}}},
    }


def test_a_field_that_only_we_own_goes_when_we_stop_saying_it(
    cluster_world: ClusterWorld, namespace: str
) -> None:
    type = cluster_world.type("ConfigMap")
    cluster_world.objects.apply(type, config_map(namespace, "a", {"a": "1", "b": "1"}, labels={"l": "1"}))
    applied = cluster_world.objects.apply(type, config_map(namespace, "a", {"a": "1"}))
    assert applied["data"] == {"a": "1"}
    assert "labels" not in applied["metadata"]


def test_a_field_that_another_says_too_stays(cluster_world: ClusterWorld, namespace: str) -> None:
    type = cluster_world.type("ConfigMap")
    both = config_map(namespace, "a", {"a": "1", "b": "1"})
    cluster_world.objects.apply(type, both)
    cluster_world.apply_as("their-operator", type, both)
    applied = cluster_world.objects.apply(type, config_map(namespace, "a", {"a": "1"}))
    assert applied["data"] == {"a": "1", "b": "1"}
    assert owners(applied)["tidegate"] == {"f:data": {"f:a": {}}}


def test_what_others_added_is_left_alone(cluster_world: ClusterWorld, namespace: str) -> None:
    type = cluster_world.type("Deployment", "apps")
    ours = deployment(namespace, "web", replicas=None, env=[{"name": "OURS", "value": "1"}])
    cluster_world.objects.apply(type, ours)
    theirs = {"spec": {"replicas": 0, "template": {"spec": {"containers": [
        {"name": "app", "env": [{"name": "THEIRS", "value": "2"}]}, {"name": "sidecar", "image": "sidecar:1"}
    ]}}}}  # fmt: skip
    cluster_world.objects.patch(type, namespace, "web", theirs, PatchKind.STRATEGIC)
    cluster_world.raw("PATCH", type.path(namespace, "web"), {"fieldManager": "kubectl"},
                      {"metadata": {"labels": {"theirs": "1"}}}, PatchKind.MERGE.value)  # fmt: skip

    applied = cluster_world.objects.apply(type, ours)

    containers = {each["name"]: each for each in applied["spec"]["template"]["spec"]["containers"]}
    assert containers.keys() == {"app", "sidecar"}
    assert {each["name"] for each in containers["app"]["env"]} == {"OURS", "THEIRS"}
    assert applied["metadata"]["labels"] == {"theirs": "1"}
    assert applied["spec"]["replicas"] == 0


def test_list_items_are_found_by_their_keys(cluster_world: ClusterWorld, namespace: str) -> None:
    type = cluster_world.type("Deployment", "apps")
    ports = [{"containerPort": 80, "name": "http"}, {"containerPort": 53, "protocol": "UDP"}]
    env = [{"name": "A", "value": "1"}, {"name": "B", "value": "1"}]
    cluster_world.objects.apply(type, deployment(namespace, "web", replicas=0, ports=ports, env=env))

    applied = cluster_world.objects.apply(
        type, deployment(namespace, "web", replicas=0, ports=ports[:1], env=[{"name": "B", "value": "2"}])
    )

    assert container_of(applied)["ports"] == [{"containerPort": 80, "name": "http", "protocol": "TCP"}]
    assert container_of(applied)["env"] == [{"name": "B", "value": "2"}]


def test_atomic_lists_are_replaced_as_a_whole(cluster_world: ClusterWorld, namespace: str) -> None:
    type = cluster_world.type("Deployment", "apps")
    cluster_world.apply_as("theirs", type, deployment(namespace, "web", replicas=0, args=["a", "b"]))
    applied = cluster_world.objects.apply(type, deployment(namespace, "web", replicas=0, args=["c"]))
    assert container_of(applied)["args"] == ["c"]


def test_a_finalizer_of_another_stays_beside_ours(cluster_world: ClusterWorld, namespace: str) -> None:
    type = cluster_world.type("ConfigMap")
    cluster_world.apply_as(
        "theirs", type, config_map(namespace, "a", finalizers=["test.tidegate.dev/theirs"])
    )
    applied = cluster_world.objects.apply(
        type, config_map(namespace, "a", finalizers=["test.tidegate.dev/ours"])
    )
    assert sorted(applied["metadata"]["finalizers"]) == ["test.tidegate.dev/ours", "test.tidegate.dev/theirs"]
    cluster_world.objects.patch(type, namespace, "a", {"metadata": {"finalizers": None}})


def test_quantities_are_stored_in_their_shortest_form(cluster_world: ClusterWorld, namespace: str) -> None:
    resources = {"limits": {"cpu": 1, "memory": "4096Mi"}, "requests": {"cpu": "0.5", "memory": "1500000k"}}
    applied = cluster_world.objects.apply(
        cluster_world.type("Deployment", "apps"),
        deployment(namespace, "web", replicas=0, resources=resources),
    )
    assert container_of(applied)["resources"] == {
        "limits": {"cpu": "1", "memory": "4Gi"},
        "requests": {"cpu": "500m", "memory": "1500M"},
    }


def test_a_deployment_gets_its_defaults(cluster_world: ClusterWorld, namespace: str) -> None:
    probe = {"httpGet": {"path": "/", "port": 80}}
    env = [{"name": "IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}]
    manifest = deployment(
        namespace, "web", replicas=None, ports=[{"containerPort": 80}], readinessProbe=probe, env=env
    )
    spec = cluster_world.objects.apply(cluster_world.type("Deployment", "apps"), manifest)["spec"]

    assert spec["replicas"] == 1
    assert (spec["revisionHistoryLimit"], spec["progressDeadlineSeconds"]) == (10, 600)
    assert spec["strategy"] == {
        "type": "RollingUpdate",
        "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"},
    }
    pod = spec["template"]["spec"]
    (container,) = pod.pop("containers")
    assert pod == {
        "restartPolicy": "Always",
        "terminationGracePeriodSeconds": 30,
        "dnsPolicy": "ClusterFirst",
        "securityContext": {},
        "schedulerName": "default-scheduler",
    }
    assert container == {
        "name": "app",
        "image": "registry.test/app:1",
        "ports": [{"containerPort": 80, "protocol": "TCP"}],
        "env": [{"name": "IP", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "status.podIP"}}}],
        "resources": {},
        "readinessProbe": {
            "httpGet": {"path": "/", "port": 80, "scheme": "HTTP"},
            "timeoutSeconds": 1,
            "periodSeconds": 10,
            "successThreshold": 1,
            "failureThreshold": 3,
        },
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        "imagePullPolicy": "IfNotPresent",
    }


@pytest.mark.parametrize(
    ("image", "policy"),
    [("app", "Always"), ("app:latest", "Always"), ("registry.test:5000/app:1", "IfNotPresent")],
)
def test_the_default_pull_policy_follows_the_tag(
    cluster_world: ClusterWorld, namespace: str, image: str, policy: str
) -> None:
    applied = cluster_world.objects.apply(
        cluster_world.type("Deployment", "apps"), deployment(namespace, "web", replicas=0, image=image)
    )
    assert container_of(applied)["imagePullPolicy"] == policy


def test_a_service_gets_its_defaults_and_an_address(cluster_world: ClusterWorld, namespace: str) -> None:
    type = cluster_world.type("Service")
    spec = cluster_world.objects.apply(type, service(namespace, "web"))["spec"]
    assert spec["ports"] == [{"port": 80, "protocol": "TCP", "targetPort": 80}]
    assert (spec["type"], spec["sessionAffinity"], spec["internalTrafficPolicy"]) == (
        "ClusterIP",
        "None",
        "Cluster",
    )
    assert (spec["ipFamilies"], spec["ipFamilyPolicy"]) == (["IPv4"], "SingleStack")
    assert spec["clusterIPs"] == [spec["clusterIP"]]
    assert spec["clusterIP"].count(".") == 3
    again = cluster_world.objects.apply(type, service(namespace, "web"))
    assert again["spec"] == spec


def test_a_node_port_is_given_and_kept(cluster_world: ClusterWorld, namespace: str) -> None:
    type = cluster_world.type("Service")
    manifest = service(namespace, "web", type="NodePort")
    (port,) = cluster_world.objects.apply(type, manifest)["spec"]["ports"]
    assert 30000 <= port["nodePort"] <= 32767
    assert cluster_world.objects.apply(type, manifest)["spec"]["ports"] == [port]


def test_texts_of_a_secret_become_its_data(cluster_world: ClusterWorld, namespace: str) -> None:
    applied = cluster_world.objects.apply(
        cluster_world.type("Secret"), secret(namespace, "s", stringData={"k": "hello"})
    )
    assert (applied["type"], applied["data"]) == ("Opaque", {"k": "aGVsbG8="})
    assert "stringData" not in applied


def test_an_unknown_field_is_refused_by_its_name(cluster_world: ClusterWorld, namespace: str) -> None:
    manifest = deployment(namespace, "web", replicas=0)
    manifest["spec"]["replicsa"] = 3
    with pytest.raises(InvalidRequestError, match=r"\.spec\.replicsa: field not declared in schema"):
        cluster_world.objects.apply(cluster_world.type("Deployment", "apps"), manifest)


def test_a_field_of_the_wrong_type_is_refused(cluster_world: ClusterWorld, namespace: str) -> None:
    manifest = deployment(namespace, "web", replicas=0)
    manifest["spec"]["replicas"] = "three"
    with pytest.raises(InvalidRequestError, match=r"\.spec\.replicas: expected numeric"):
        cluster_world.objects.apply(cluster_world.type("Deployment", "apps"), manifest)


def test_applying_a_version_that_is_gone_is_a_conflict(cluster_world: ClusterWorld, namespace: str) -> None:
    type = cluster_world.type("ConfigMap")
    read = cluster_world.objects.apply(type, config_map(namespace, "a", {"k": "1"}))
    cluster_world.objects.patch(type, namespace, "a", {"data": {"k": "theirs"}})
    stale = config_map(namespace, "a", {"k": "2"}, resourceVersion=version_of(read))
    with pytest.raises(ConflictError, match="the object has been modified"):
        cluster_world.objects.apply(type, stale)


def test_cluster_scoped_objects_with_colons_in_their_names_are_applied(
    cluster_world: ClusterWorld, namespace: str
) -> None:
    type, name = cluster_world.type("ClusterRole", "rbac.authorization.k8s.io"), f"test:{namespace}"
    manifest = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": name},
        "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}],
    }
    assert cluster_world.objects.apply(type, manifest)["metadata"]["name"] == name
    assert cluster_world.objects.get(type, "", name) is not None
    assert cluster_world.objects.delete(type, "", name)


def test_fields_of_an_earlier_tool_can_be_taken_over(cluster_world: ClusterWorld, namespace: str) -> None:
    """Adoption rewrites the entry of kubectl in managedFields; afterwards our apply may remove its fields."""
    type, path = cluster_world.type("ConfigMap"), f"/api/v1/namespaces/{namespace}/configmaps"
    made = cluster_world.raw("POST", path, {"fieldManager": "kubectl-client-side-apply"},
                             config_map(namespace, "a", {"keep": "1", "drop": "1"}))  # fmt: skip
    (entry,) = made["metadata"]["managedFields"]
    migrated = [{**entry, "manager": "tidegate", "operation": "Apply"}]
    cluster_world.objects.patch(
        type,
        namespace,
        "a",
        [
            {"op": "replace", "path": "/metadata/managedFields", "value": migrated},
            {"op": "replace", "path": "/metadata/resourceVersion", "value": version_of(made)},
        ],
        PatchKind.JSON,
    )

    applied = cluster_world.objects.apply(type, config_map(namespace, "a", {"keep": "1"}))

    assert applied["data"] == {"keep": "1"}
    assert [each["manager"] for each in applied["metadata"]["managedFields"]] == ["tidegate"]
