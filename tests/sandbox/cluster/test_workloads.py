"""Workloads live: rollouts, images that cannot be pulled, numbered pods, jobs, volumes."""

from __future__ import annotations

from datetime import timedelta

from sandbox.cluster.server import SandboxCluster
from shared.adapters.system.clock import FixedClock
from tests.controlplane.polling import eventually
from tests.sandbox.cluster.conftest import Client, Json, deployment, settled

PODS = "/api/v1/namespaces/default/pods"
SETS, REPLICAS = (
    "/apis/apps/v1/namespaces/default/deployments",
    "/apis/apps/v1/namespaces/default/replicasets",
)


def condition(body: Json, name: str) -> Json:
    found: Json = next((c for c in body["status"].get("conditions", ()) if c["type"] == name), {})
    return found


def complete(body: Json) -> bool:
    status = body["status"]
    told = status.get("observedGeneration") == body["metadata"]["generation"]
    counts = {status.get(f, 0) for f in ("replicas", "updatedReplicas", "availableReplicas")}
    return told and counts == {body["spec"]["replicas"]}


def waiting(pod: Json) -> str:
    (container,) = pod["status"].get("containerStatuses") or [{}]
    return str(container.get("state", {}).get("waiting", {}).get("reason", ""))


def rolled_out(client: Client, name: str) -> Json:
    return settled(client, f"{SETS}/{name}", complete, f"{name} is rolled out")


def test_a_deployment_comes_alive_through_a_replica_set(client: Client) -> None:
    client.apply(f"{SETS}/web", deployment("web", replicas=3))
    done = rolled_out(client, "web")
    assert condition(done, "Available")["reason"] == "MinimumReplicasAvailable"
    assert condition(done, "Progressing")["reason"] == "NewReplicaSetAvailable"
    (owner,) = client.get(REPLICAS)["items"]
    pods = client.get(PODS)["items"]
    assert len(pods) == 3
    for pod in pods:
        assert pod["metadata"]["name"].startswith(owner["metadata"]["name"] + "-")
        assert pod["metadata"]["ownerReferences"][0]["uid"] == owner["metadata"]["uid"]
        assert pod["status"]["phase"] == "Running"
        assert pod["spec"]["nodeName"]
        assert pod["status"]["podIP"]


def test_a_new_image_replaces_all_pods_and_keeps_the_old_set_at_zero(client: Client) -> None:
    client.apply(f"{SETS}/web", deployment("web", replicas=3))
    rolled_out(client, "web")
    client.apply(f"{SETS}/web", deployment("web", "app:2", replicas=3))
    done = rolled_out(client, "web")
    assert done["metadata"]["annotations"]["deployment.kubernetes.io/revision"] == "2"
    assert sorted(each["spec"]["replicas"] for each in client.get(REPLICAS)["items"]) == [0, 3]
    images = eventually(
        lambda: {p["spec"]["containers"][0]["image"] for p in client.get(PODS)["items"]} == {"app:2"},
        "only new pods are left",
    )
    assert images


def test_a_broken_image_waits_and_the_old_pods_go_on_serving(client: Client) -> None:
    client.apply(f"{SETS}/web", deployment("web", replicas=2))
    rolled_out(client, "web")
    client.apply(f"{SETS}/web", deployment("web", "registry.test:5000/app:2-broken", replicas=2))

    def backing_off() -> list[Json]:
        return [pod for pod in client.get(PODS)["items"] if waiting(pod) == "ImagePullBackOff"]

    (stuck,) = eventually(backing_off, "a pod backs off")
    message = stuck["status"]["containerStatuses"][0]["state"]["waiting"]["message"]
    assert 'Back-off pulling image "registry.test:5000/app:2-broken"' in message
    status = client.get(f"{SETS}/web")["status"]
    assert (status["availableReplicas"], status["updatedReplicas"], status["unavailableReplicas"]) == (
        2,
        1,
        1,
    )

    client.apply(f"{SETS}/web", deployment("web", replicas=2))
    rolled_out(client, "web")


def test_a_rollout_that_makes_no_progress_exceeds_its_deadline() -> None:
    clock = FixedClock()
    with SandboxCluster("late", clock=clock, pod_seconds=0.01) as cluster:
        client = Client(cluster)
        client.apply(f"{SETS}/web", deployment("web", "app:broken", progressDeadlineSeconds=60))
        settled(client, f"{SETS}/web", lambda d: bool(condition(d, "Progressing")), "it progresses")
        eventually(
            lambda: [p for p in client.get(PODS)["items"] if waiting(p) == "ImagePullBackOff"], "it waits"
        )
        clock.advance(timedelta(seconds=61))
        # any change makes the controller look again
        client.patch(f"{SETS}/web", {"metadata": {"labels": {"look": "again"}}})
        late = settled(
            client,
            f"{SETS}/web",
            lambda d: condition(d, "Progressing").get("reason") == "ProgressDeadlineExceeded",
            "the deadline is exceeded",
        )
        client.close()
    assert condition(late, "Progressing")["status"] == "False"
    assert condition(late, "Available")["status"] == "False"


def test_a_stateful_set_numbers_its_pods_and_claims_their_volumes(client: Client) -> None:
    sets = SETS.replace("deployments", "statefulsets")
    claim = {
        "metadata": {"name": "data"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    }
    body = deployment("db", replicas=2, serviceName="db", volumeClaimTemplates=[claim])
    client.apply(f"{sets}/db", {**body, "kind": "StatefulSet"})
    settled(client, f"{sets}/db", lambda s: s["status"].get("readyReplicas") == 2, "it is ready")
    assert client.names(PODS) == ["db-0", "db-1"]
    claims = "/api/v1/namespaces/default/persistentvolumeclaims"
    bound = settled(client, f"{claims}/data-db-1", lambda c: c["status"]["phase"] == "Bound", "it is bound")
    assert bound["spec"]["volumeName"] in client.names("/api/v1/persistentvolumes")

    client.patch(f"{sets}/db", {"spec": {"template": {"metadata": {"annotations": {"new": "1"}}}}})
    renewed = settled(
        client,
        f"{sets}/db",
        lambda s: s["status"].get("updatedReplicas") == 2 and s["status"].get("readyReplicas") == 2,
        "both pods are new",
    )
    assert renewed["status"]["currentRevision"] == renewed["status"]["updateRevision"]


def test_a_daemon_set_runs_on_the_node(client: Client) -> None:
    sets = SETS.replace("deployments", "daemonsets")
    body = deployment("agent")
    del body["spec"]["replicas"]
    client.apply(f"{sets}/agent", {**body, "kind": "DaemonSet"})
    done = settled(client, f"{sets}/agent", lambda s: s["status"].get("numberAvailable") == 1, "it runs")
    assert done["status"]["desiredNumberScheduled"] == done["status"]["updatedNumberScheduled"] == 1


def test_a_job_completes(client: Client) -> None:
    jobs = "/apis/batch/v1/namespaces/default/jobs"
    spec = {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "a:1"}]}}}
    client.apply(
        f"{jobs}/j", {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "j"}, "spec": spec}
    )
    done = settled(client, f"{jobs}/j", lambda j: bool(condition(j, "Complete")), "it completes")
    assert done["status"]["succeeded"] == 1
    (pod,) = client.get(PODS)["items"]
    assert pod["status"]["phase"] == "Succeeded"


def test_load_balancers_and_ingresses_get_an_address(client: Client) -> None:
    services = "/api/v1/namespaces/default/services"
    spec = {"type": "LoadBalancer", "ports": [{"port": 80}]}
    client.apply(
        f"{services}/s", {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}, "spec": spec}
    )
    found = settled(
        client,
        f"{services}/s",
        lambda s: bool(s["status"]["loadBalancer"].get("ingress")),
        "it has an address",
    )
    assert found["status"]["loadBalancer"]["ingress"][0]["ip"].startswith("203.0.113.")
