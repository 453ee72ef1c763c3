"""What the controllers say: one event a sentence, counted when it is said again."""

from __future__ import annotations

from tests.controlplane.polling import eventually
from tests.sandbox.cluster.conftest import Client, Json, deployment, settled

DEPLOYMENTS, EVENTS = "/apis/apps/v1/namespaces/default/deployments", "/api/v1/namespaces/default/events"
PODS = "/api/v1/namespaces/default/pods"


def reasons(client: Client, **about: str) -> list[str]:
    selector = ",".join(f"involvedObject.{field}={value}" for field, value in about.items())
    return [str(event["reason"]) for event in client.get(EVENTS, fieldSelector=selector)["items"]]


def run(client: Client, image: str) -> str:
    """Start a Deployment of one pod and return the pod's name."""
    client.post(DEPLOYMENTS, deployment("web", image=image))
    eventually(lambda: client.names(PODS), "a pod is there")
    return client.names(PODS)[0]


def test_a_rollout_is_told_from_the_deployment_to_the_container(client: Client) -> None:
    pod = run(client, "app:1")
    settled(client, f"{DEPLOYMENTS}/web", lambda d: d.get("status", {}).get("readyReplicas") == 1, "ready")
    assert reasons(client, kind="Deployment", name="web") == ["ScalingReplicaSet"]
    assert reasons(client, kind="ReplicaSet") == ["SuccessfulCreate"]
    eventually(
        lambda: set(reasons(client, name=pod)) == {"Scheduled", "Pulled", "Created", "Started"}, "all is said"
    )
    client.delete(f"{DEPLOYMENTS}/web")
    eventually(lambda: "Killing" in reasons(client, name=pod), "the end is said too")


def test_an_image_that_cannot_be_pulled_fails_and_backs_off(client: Client) -> None:
    pod = run(client, "app:broken")
    eventually(lambda: {"Failed", "BackOff"} <= set(reasons(client, name=pod)), "it is said")
    found = client.get(EVENTS, fieldSelector=f"involvedObject.name={pod},type=Warning")["items"]
    messages = {event["message"] for event in found}
    assert {"Error: ErrImagePull", "Error: ImagePullBackOff"} <= messages
    assert any('Failed to pull image "app:broken"' in message for message in messages)
    event = found[0]
    assert event["involvedObject"]["fieldPath"] == "spec.containers{app}"
    assert (event["source"], event["count"]) == ({"component": "kubelet", "host": "sandbox-node"}, 1)
    assert event["metadata"]["managedFields"][0]["manager"] == "kubelet"


def test_a_container_that_crashes_is_restarted_ever_more_slowly(client: Client) -> None:
    pod = run(client, "app:crash")

    def restarted(found: Json) -> bool:
        status = (found.get("status", {}).get("containerStatuses") or [{}])[0]
        return status.get("restartCount", 0) >= 2 and "waiting" in status["state"]

    status = settled(client, f"{PODS}/{pod}", restarted, "two crashes")["status"]["containerStatuses"][0]
    assert status["state"]["waiting"]["reason"] == "CrashLoopBackOff"
    assert status["lastState"]["terminated"]["exitCode"] == 1
    back_off = f"involvedObject.name={pod},reason=BackOff"
    eventually(
        lambda: any(e["count"] >= 2 for e in client.get(EVENTS, fieldSelector=back_off)["items"]), "counted"
    )


def test_events_go_with_their_namespace(client: Client) -> None:
    client.post("/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n"}})
    client.post("/apis/apps/v1/namespaces/n/deployments", deployment("web"))
    eventually(lambda: client.names("/api/v1/namespaces/n/events"), "something is said")
    client.delete("/api/v1/namespaces/n")
    eventually(lambda: client.gone("/api/v1/namespaces/n"), "the namespace is gone")
    assert client.names("/api/v1/namespaces/n/events") == []
