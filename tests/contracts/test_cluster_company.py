"""What a cluster puts beside the objects that we write: endpoints, budgets, events; and evictions."""

from __future__ import annotations

from typing import Any

import pytest

from shared.adapters.kubernetes.refusals import Call
from shared.domain.manifests.manifest import Manifest
from shared.errors import UnavailableError
from tests.controlplane.cluster_world import ClusterWorld
from tests.controlplane.objects import deployment, service
from tests.controlplane.polling import eventually

SLICES = "/apis/discovery.k8s.io/v1/namespaces/{}/endpointslices"


def ready_pods(world: ClusterWorld, namespace: str, count: int) -> list[Manifest]:
    """Wait for pods that are ready, and return them by name."""

    def look() -> list[Manifest] | None:
        found = world.raw("GET", f"/api/v1/namespaces/{namespace}/pods")["items"]
        up = [pod for pod in found if is_ready(pod)]
        return sorted(up, key=lambda pod: str(pod["metadata"]["name"])) if len(up) == count else None

    return eventually(look, f"{count} ready pods")


def is_ready(pod: Manifest) -> bool:
    conditions = (pod.get("status") or {}).get("conditions") or ()
    going = pod["metadata"].get("deletionTimestamp")
    return not going and any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)


@pytest.fixture
def web(cluster_world: ClusterWorld, namespace: str) -> str:
    """A Deployment of two ready pods and its Service, both called web; the namespace is returned."""
    pods = deployment(namespace, "web", replicas=2, ports=[{"name": "http", "containerPort": 8080}])
    cluster_world.objects.apply(cluster_world.type("Deployment", "apps"), pods)
    ports = [{"name": "web", "port": 80, "targetPort": "http"}]
    cluster_world.objects.apply(cluster_world.type("Service"), service(namespace, "web", ports=ports))
    ready_pods(cluster_world, namespace, 2)
    return namespace


def test_a_service_has_the_endpoints_of_its_ready_pods(cluster_world: ClusterWorld, web: str) -> None:
    pods = ready_pods(cluster_world, web, 2)
    expected = {str(pod["status"]["podIP"]): str(pod["metadata"]["name"]) for pod in pods}

    def look() -> bool:
        found = cluster_world.objects.get(cluster_world.type("Endpoints"), web, "web")
        subsets = (found or {}).get("subsets") or [{}]
        seen = {a["ip"]: a["targetRef"]["name"] for a in subsets[0].get("addresses") or ()}
        return seen == expected and subsets[0]["ports"] == [{"name": "web", "port": 8080, "protocol": "TCP"}]

    eventually(look, "both pods are endpoints")


def test_a_service_has_a_slice_that_goes_with_it(cluster_world: ClusterWorld, web: str) -> None:
    pods = ready_pods(cluster_world, web, 2)
    names = {str(pod["metadata"]["name"]) for pod in pods}

    def look() -> Manifest | None:
        items = cluster_world.raw("GET", SLICES.format(web))["items"]
        full = [s for s in items if {e["targetRef"]["name"] for e in s.get("endpoints") or ()} == names]
        return full[0] if full and all(e["conditions"]["ready"] for e in full[0]["endpoints"]) else None

    found = eventually(look, "a slice of both pods")
    assert found["ports"] == [{"name": "web", "port": 8080, "protocol": "TCP"}]
    assert found["addressType"] == "IPv4"
    labels = found["metadata"]["labels"]
    assert labels["kubernetes.io/service-name"] == "web"
    assert [(o["kind"], o["name"]) for o in found["metadata"]["ownerReferences"]] == [("Service", "web")]
    cluster_world.objects.delete(cluster_world.type("Service"), web, "web")
    eventually(lambda: not cluster_world.raw("GET", SLICES.format(web))["items"], "the slice is gone")
    type = cluster_world.type("Endpoints")
    eventually(lambda: cluster_world.objects.get(type, web, "web") is None, "the endpoints are gone")


def evict(world: ClusterWorld, namespace: str, pod: str, **options: Any) -> Any:
    body = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": pod, "namespace": namespace}}
    path = f"/api/v1/namespaces/{namespace}/pods/{pod}/eviction"
    return world.raw("POST", path, body={**body, **options})


def budget(world: ClusterWorld, namespace: str, at_least: int) -> Manifest:
    """A budget for web, as soon as the cluster has counted."""
    type = world.type("PodDisruptionBudget", "policy")
    spec = {"minAvailable": at_least, "selector": {"matchLabels": {"app": "web"}}}
    metadata = {"name": "web", "namespace": namespace}
    world.objects.apply(
        type, {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": metadata, "spec": spec}
    )

    def look() -> Manifest | None:
        found = world.objects.get(type, namespace, "web") or {}
        status = found.get("status") or {}
        fresh = status.get("observedGeneration") == (found.get("metadata") or {}).get("generation")
        return found if fresh and status.get("currentHealthy") == 2 else None

    return eventually(look, "the budget knows its pods")


def test_an_eviction_asks_the_budget(cluster_world: ClusterWorld, web: str) -> None:
    pod = str(ready_pods(cluster_world, web, 2)[0]["metadata"]["name"])
    status = budget(cluster_world, web, 2)["status"]
    assert (status["disruptionsAllowed"], status["desiredHealthy"], status["expectedPods"]) == (0, 2, 2)
    with pytest.raises(UnavailableError, match="Cannot evict pod as it would violate the pod's disruption"):
        evict(cluster_world, web, pod)
    status = budget(cluster_world, web, 1)["status"]
    assert status["disruptionsAllowed"] == 1
    dry = evict(cluster_world, web, pod, deleteOptions={"dryRun": ["All"]})
    assert (dry["kind"], dry["status"], dry["code"]) == ("Status", "Success", 201)
    assert not cluster_world.raw("GET", f"/api/v1/namespaces/{web}/pods/{pod}")["metadata"].get(
        "deletionTimestamp"
    )
    assert evict(cluster_world, web, pod)["status"] == "Success"
    names = [p["metadata"]["name"] for p in ready_pods(cluster_world, web, 2)]
    assert pod not in names, "another one took its place"


def test_controllers_tell_what_they_do(cluster_world: ClusterWorld, web: str) -> None:
    pod = str(ready_pods(cluster_world, web, 2)[0]["metadata"]["name"])

    def told(kind: str, name: str = "") -> dict[str, Manifest]:
        selector = f"involvedObject.kind={kind}" + (f",involvedObject.name={name}" if name else "")
        query = {"fieldSelector": selector}
        events = cluster_world.raw("GET", f"/api/v1/namespaces/{web}/events", query)["items"]
        return {str(event["reason"]): event for event in events}

    scaling = eventually(lambda: told("Deployment", "web").get("ScalingReplicaSet"), "the scaling is told")
    assert scaling["message"].startswith("Scaled up replica set web-")
    assert scaling["message"].endswith(" from 0 to 2")
    assert (scaling["type"], scaling["source"]["component"]) == ("Normal", "deployment-controller")
    made = eventually(lambda: told("ReplicaSet").get("SuccessfulCreate"), "the pods are told")
    assert made["message"].startswith("Created pod: web-")
    assert made["involvedObject"]["apiVersion"] == "apps/v1"
    scheduled = eventually(lambda: told("Pod", pod).get("Scheduled"), "the node is told")
    assert scheduled["message"].startswith(f"Successfully assigned {web}/{pod} to ")


TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"


def test_a_table_shows_what_people_look_for(cluster_world: ClusterWorld, web: str) -> None:
    def table(path: str) -> Any:
        return cluster_world._raw.json(Call("a table", "GET", path, accept=TABLE))

    def told() -> Any:
        found = table(f"/apis/apps/v1/namespaces/{web}/deployments")
        return found if found["rows"][0]["cells"][:4] == ["web", "2/2", 2, 2] else None

    deployments = eventually(told, "the Deployment counts its pods")
    services = table(f"/api/v1/namespaces/{web}/services/web")
    assert deployments["kind"] == services["kind"] == "Table"
    assert deployments["rows"][0]["object"]["kind"] == "PartialObjectMetadata"
    assert deployments["rows"][0]["cells"][5:] == ["app", "registry.test/app:1", "app=web"]
    cells = services["rows"][0]["cells"]
    assert (cells[0], cells[1], cells[3], cells[4]) == ("web", "ClusterIP", "<none>", "80/TCP")
