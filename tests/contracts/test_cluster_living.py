"""What a cluster does by itself with the objects that we write: rollouts, scaling, and new kinds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shared.domain.manifests.manifest import Manifest
from shared.domain.manifests.resource_type import ResourceType
from shared.errors import InvalidRequestError, NotFoundError
from shared.ports.cluster_objects import PatchKind
from tests.controlplane.cluster_world import ClusterWorld
from tests.controlplane.custom_kinds import served
from tests.controlplane.objects import deployment
from tests.controlplane.polling import eventually


def all_of(world: ClusterWorld, namespace: str, type: ResourceType) -> list[Manifest]:
    pages = world.objects.list_pages(type, namespace=namespace)
    return [item.manifest() for page in pages for item in page.items if not item.deleting]


def rolled_out(world: ClusterWorld, namespace: str, name: str, replicas: int) -> Manifest:
    """Wait until a Deployment is done, by the rule of `kubectl rollout status`."""

    def look() -> Manifest | None:
        found = world.objects.get(world.type("Deployment", "apps"), namespace, name)
        assert found is not None
        status, generation = found.get("status", {}), found["metadata"]["generation"]
        counts = [status.get(field, 0) for field in ("replicas", "updatedReplicas", "availableReplicas")]
        done = status.get("observedGeneration", 0) >= generation and counts == [replicas] * 3
        return found if done else None

    return eventually(look, f"Deployment {name} has {replicas} available replicas")


def test_a_deployment_rolls_out_to_available_pods(cluster_world: ClusterWorld, namespace: str) -> None:
    type = cluster_world.type("Deployment", "apps")
    cluster_world.objects.apply(type, deployment(namespace, "web", replicas=2))

    done = rolled_out(cluster_world, namespace, "web", 2)

    conditions = {each["type"]: each["status"] for each in done["status"]["conditions"]}
    assert conditions == {"Available": "True", "Progressing": "True"}
    assert done["status"]["readyReplicas"] == 2
    assert done["metadata"]["annotations"]["deployment.kubernetes.io/revision"] == "1"


def test_pods_belong_to_a_replica_set_which_belongs_to_the_deployment(
    cluster_world: ClusterWorld, namespace: str
) -> None:
    type = cluster_world.type("Deployment", "apps")
    cluster_world.objects.apply(type, deployment(namespace, "web", replicas=2))
    done = rolled_out(cluster_world, namespace, "web", 2)

    (replica_set,) = all_of(cluster_world, namespace, cluster_world.type("ReplicaSet", "apps"))
    pods = all_of(cluster_world, namespace, cluster_world.type("Pod"))

    def owner(manifest: Manifest) -> tuple[str, str, bool]:
        (reference,) = manifest["metadata"]["ownerReferences"]
        return reference["kind"], reference["uid"], reference["controller"]

    assert owner(replica_set) == ("Deployment", done["metadata"]["uid"], True)
    assert [owner(pod) for pod in pods] == [("ReplicaSet", replica_set["metadata"]["uid"], True)] * 2
    template_hash = replica_set["metadata"]["labels"]["pod-template-hash"]
    assert replica_set["metadata"]["name"] == f"web-{template_hash}"
    for pod in pods:
        assert pod["metadata"]["name"].startswith(f"web-{template_hash}-")
        assert pod["metadata"]["labels"] == {"app": "web", "pod-template-hash": template_hash}
        assert pod["status"]["phase"] == "Running"
        assert {each["type"]: each["status"] for each in pod["status"]["conditions"]}["Ready"] == "True"
        (container,) = pod["status"]["containerStatuses"]
        assert (container["ready"], container["image"]) == (True, "registry.test/app:1")


def test_a_new_image_makes_a_new_replica_set_and_empties_the_old_one(
    cluster_world: ClusterWorld, namespace: str
) -> None:
    type, sets = cluster_world.type("Deployment", "apps"), cluster_world.type("ReplicaSet", "apps")
    cluster_world.objects.apply(type, deployment(namespace, "web", replicas=2))
    rolled_out(cluster_world, namespace, "web", 2)
    cluster_world.objects.apply(type, deployment(namespace, "web", replicas=2, image="registry.test/app:2"))
    done = rolled_out(cluster_world, namespace, "web", 2)

    assert done["metadata"]["annotations"]["deployment.kubernetes.io/revision"] == "2"

    def images() -> dict[str, int]:
        return {
            each["spec"]["template"]["spec"]["containers"][0]["image"]: each["spec"]["replicas"]
            for each in all_of(cluster_world, namespace, sets)
        }

    wanted = {"registry.test/app:1": 0, "registry.test/app:2": 2}
    eventually(lambda: images() == wanted, "the old ReplicaSet is empty")
    pods = eventually(
        lambda: [
            pod for pod in all_of(cluster_world, namespace, cluster_world.type("Pod"))
            if pod["spec"]["containers"][0]["image"] == "registry.test/app:2"
        ],
        "pods of the new image run",
    )  # fmt: skip
    assert len(pods) == 2


def test_the_old_template_returns_to_its_old_replica_set(cluster_world: ClusterWorld, namespace: str) -> None:
    type, sets = cluster_world.type("Deployment", "apps"), cluster_world.type("ReplicaSet", "apps")
    for image in ("app:1", "app:2", "app:1"):
        cluster_world.objects.apply(type, deployment(namespace, "web", replicas=1, image=image))
        done = rolled_out(cluster_world, namespace, "web", 1)
    assert done["metadata"]["annotations"]["deployment.kubernetes.io/revision"] == "3"
    assert len(all_of(cluster_world, namespace, sets)) == 2


@pytest.mark.parametrize("replicas", [3, 0])
def test_a_deployment_scales_by_patch(cluster_world: ClusterWorld, namespace: str, replicas: int) -> None:
    type, pods = cluster_world.type("Deployment", "apps"), cluster_world.type("Pod")
    cluster_world.objects.apply(type, deployment(namespace, "web", replicas=2))
    rolled_out(cluster_world, namespace, "web", 2)
    patched = cluster_world.objects.patch(type, namespace, "web", {"spec": {"replicas": replicas}})
    assert patched["spec"]["replicas"] == replicas
    rolled_out(cluster_world, namespace, "web", replicas)
    eventually(lambda: len(all_of(cluster_world, namespace, pods)) == replicas, f"{replicas} pods are left")


def test_a_lost_pod_is_replaced(cluster_world: ClusterWorld, namespace: str) -> None:
    type, pods = cluster_world.type("Deployment", "apps"), cluster_world.type("Pod")
    cluster_world.objects.apply(type, deployment(namespace, "web", replicas=1))
    rolled_out(cluster_world, namespace, "web", 1)
    (lost,) = all_of(cluster_world, namespace, pods)
    cluster_world.objects.delete(pods, namespace, lost["metadata"]["name"], uid=lost["metadata"]["uid"])

    def uids() -> set[str]:
        return {pod["metadata"]["uid"] for pod in all_of(cluster_world, namespace, pods)}

    eventually(lambda: len(uids()) == 1 and lost["metadata"]["uid"] not in uids(), "another pod runs")
    rolled_out(cluster_world, namespace, "web", 1)


def test_a_new_kind_is_served_soon_after_its_definition(cluster_world: ClusterWorld, namespace: str) -> None:
    with served(cluster_world, "Tide") as type:
        assert (type.version, type.kind, type.plural, type.namespaced) == ("v1", "Tide", "tides", True)
        definitions = cluster_world.type("CustomResourceDefinition", "apiextensions.k8s.io")
        definition = cluster_world.objects.get(definitions, "", f"tides.{type.group}")
        assert definition is not None
        conditions = {each["type"]: each["status"] for each in definition["status"]["conditions"]}
        assert (conditions["NamesAccepted"], conditions["Established"]) == ("True", "True")


@pytest.fixture(scope="module")
def tides(cluster_world: ClusterWorld) -> Iterator[ResourceType]:
    """A custom kind for several tests: a real server takes two seconds to serve a new one."""
    with served(cluster_world, "Tide") as type:
        yield type


def tide(type: ResourceType, namespace: str, **spec: object) -> Manifest:
    return {
        "apiVersion": type.api_version,
        "kind": "Tide",
        "metadata": {"name": "high", "namespace": namespace, "labels": {"app": "sea"}},
        "spec": spec,
    }


def test_custom_resources_are_applied_and_merged_by_their_schema(
    cluster_world: ClusterWorld, namespace: str, tides: ResourceType
) -> None:
    objects, parts = cluster_world.objects, [{"name": "a", "value": "1"}, {"name": "b", "value": "1"}]
    first = objects.apply(tides, tide(tides, namespace, size=1, parts=parts))
    again = objects.apply(tides, tide(tides, namespace, size=1, parts=parts))
    assert first["metadata"]["resourceVersion"] == again["metadata"]["resourceVersion"]
    cluster_world.apply_as("theirs", tides, tide(tides, namespace, parts=[{"name": "c", "value": "3"}]))

    changed = objects.apply(tides, tide(tides, namespace, size=2, parts=parts[:1]))

    assert changed["spec"]["size"] == 2
    assert {part["name"] for part in changed["spec"]["parts"]} == {"a", "c"}
    assert changed["metadata"]["generation"] == 3
    (page,) = objects.list_pages(tides, namespace=namespace, label_selector="app=sea")
    assert [item.manifest() for item in page.items] == [changed]
    assert objects.patch(tides, namespace, "high", {"spec": {"size": 3}})["spec"]["size"] == 3
    assert objects.delete(tides, namespace, "high")


def test_custom_resources_are_held_against_their_schema(
    cluster_world: ClusterWorld, namespace: str, tides: ResourceType
) -> None:
    for write in (cluster_world.objects.create, cluster_world.objects.apply):
        with pytest.raises(InvalidRequestError, match=r'Tide\.\S+ "high" is invalid: spec\.size'):
            write(tides, tide(tides, namespace, size=11))


def test_a_custom_resource_has_no_strategic_patch(
    cluster_world: ClusterWorld, namespace: str, tides: ResourceType
) -> None:
    cluster_world.objects.create(tides, tide(tides, namespace, size=1))
    with pytest.raises(InvalidRequestError):
        cluster_world.objects.patch(tides, namespace, "high", {"spec": {}}, PatchKind.STRATEGIC)


def test_the_status_of_a_custom_resource_is_apart(
    cluster_world: ClusterWorld, namespace: str, tides: ResourceType
) -> None:
    objects = cluster_world.objects
    created = objects.create(tides, {**tide(tides, namespace, size=1), "status": {"level": 1}})
    assert "status" not in created
    path = tides.path(namespace, "high") + "/status"
    cluster_world.raw("PATCH", path, {}, {"status": {"level": 2}}, PatchKind.MERGE.value)
    stored = objects.get(tides, namespace, "high")
    assert stored is not None
    assert (stored["status"], stored["metadata"]["generation"]) == ({"level": 2}, 1)


def test_a_kind_goes_with_its_definition_and_takes_its_objects_along(
    cluster_world: ClusterWorld, namespace: str
) -> None:
    with served(cluster_world, "Tide") as type:
        cluster_world.objects.create(type, tide(type, namespace, size=1))

    def is_unserved() -> bool:
        try:
            cluster_world.objects.get(type, namespace, "high")
        except NotFoundError:
            return type not in cluster_world.discovery.types(fresh=True)
        return False

    eventually(is_unserved, "the kind is gone")
