"""Deletion: owners and dependents, finalizers, preconditions, whole namespaces."""

from __future__ import annotations

from tests.controlplane.polling import eventually
from tests.sandbox.cluster.conftest import Client, Json, config_map, deployment

MAPS, PODS = "/api/v1/namespaces/default/configmaps", "/api/v1/namespaces/default/pods"
SETS, REPLICAS = (
    "/apis/apps/v1/namespaces/default/deployments",
    "/apis/apps/v1/namespaces/default/replicasets",
)
NAMESPACES = "/api/v1/namespaces"


def owned(name: str, owner: Json, *, blocks: bool = False, **metadata: object) -> Json:
    reference = {"apiVersion": "v1", "kind": "ConfigMap", "name": owner["metadata"]["name"]}
    uid = {"uid": owner["metadata"]["uid"], "blockOwnerDeletion": blocks}
    return config_map(name, ownerReferences=[{**reference, **uid}], **metadata)


def test_dependents_follow_their_owner(client: Client) -> None:
    owner = client.post(MAPS, config_map("owner"))[1]
    child = client.post(MAPS, owned("child", owner))[1]
    client.post(MAPS, owned("grandchild", child))
    assert client.delete(f"{MAPS}/owner")[1]["status"] == "Success"
    eventually(lambda: client.gone(f"{MAPS}/child") and client.gone(f"{MAPS}/grandchild"), "both are gone")


def test_a_foreground_deletion_ends_after_what_blocks_it(client: Client) -> None:
    owner = client.post(MAPS, config_map("owner"))[1]
    client.post(MAPS, owned("child", owner, blocks=True, finalizers=["test.tidegate.dev/hold"]))
    status, marked = client.delete(f"{MAPS}/owner", propagationPolicy="Foreground")
    assert (status, marked["metadata"]["finalizers"]) == (200, ["foregroundDeletion"])
    eventually(
        lambda: client.get(f"{MAPS}/child")["metadata"].get("deletionTimestamp"), "the child is marked"
    )
    assert not client.gone(f"{MAPS}/owner")
    client.patch(f"{MAPS}/child", {"metadata": {"finalizers": None}})
    eventually(lambda: client.gone(f"{MAPS}/child") and client.gone(f"{MAPS}/owner"), "both are gone")


def test_orphans_stay_and_forget_their_owner(client: Client) -> None:
    owner = client.post(MAPS, config_map("owner"))[1]
    client.post(MAPS, owned("child", owner))
    client.delete(f"{MAPS}/owner", propagationPolicy="Orphan")
    eventually(lambda: client.gone(f"{MAPS}/owner"), "the owner is gone")
    assert "ownerReferences" not in client.get(f"{MAPS}/child")["metadata"]


def test_an_object_whose_owner_never_was_is_collected(client: Client) -> None:
    client.post(MAPS, owned("child", {"metadata": {"name": "nobody", "uid": "none"}}))
    eventually(lambda: client.gone(f"{MAPS}/child"), "the child is gone")


def test_one_owner_that_stays_is_enough(client: Client) -> None:
    first, second = (client.post(MAPS, config_map(name))[1] for name in ("first", "second"))
    child = owned("child", first)
    child["metadata"]["ownerReferences"] += owned("child", second)["metadata"]["ownerReferences"]
    client.post(MAPS, child)
    client.delete(f"{MAPS}/first")
    left = eventually(
        lambda: [r["name"] for r in client.get(f"{MAPS}/child")["metadata"]["ownerReferences"]] == ["second"],
        "the first owner is forgotten",
    )
    assert left


def test_a_deployment_takes_its_pods_along(client: Client) -> None:
    client.apply(f"{SETS}/web", deployment("web", replicas=2))
    eventually(lambda: len(client.names(PODS)) == 2, "two pods run")
    client.delete(f"{SETS}/web", propagationPolicy="Foreground")
    eventually(lambda: client.gone(f"{SETS}/web"), "it is gone")
    eventually(lambda: client.names(REPLICAS) == [] and client.names(PODS) == [], "nothing is left")


def test_a_finalizer_holds_an_object_until_it_is_taken_away(client: Client) -> None:
    client.post(MAPS, config_map("held", finalizers=["test.tidegate.dev/hold"]))
    marked = client.delete(f"{MAPS}/held")[1]
    assert marked["metadata"]["deletionTimestamp"]
    again = client.delete(f"{MAPS}/held")[1]
    assert again["metadata"]["resourceVersion"] == marked["metadata"]["resourceVersion"]
    client.patch(f"{MAPS}/held", {"metadata": {"finalizers": []}})
    assert client.gone(f"{MAPS}/held")


def test_a_precondition_protects_who_came_after(client: Client) -> None:
    client.post(MAPS, config_map("a"))
    for condition in ({"uid": "another"}, {"resourceVersion": "1"}):
        status, answer = client.send("DELETE", f"{MAPS}/a", {"preconditions": condition})
        assert (status, answer["reason"]) == (409, "Conflict")
    assert not client.gone(f"{MAPS}/a")


def test_a_namespace_takes_its_contents_along(client: Client) -> None:
    client.post(NAMESPACES, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}})
    there = MAPS.replace("default", "shop")
    client.post(there, config_map("held", finalizers=["test.tidegate.dev/hold"]))
    client.apply(f"{SETS.replace('default', 'shop')}/web", deployment("web", replicas=2))
    eventually(lambda: len(client.names(PODS.replace("default", "shop"))) == 2, "two pods run")

    deleted = client.delete(f"{NAMESPACES}/shop")[1]
    assert deleted["status"]["phase"] == "Terminating"
    status, answer = client.post(there, config_map("late"))
    assert (status, answer["reason"]) == (403, "Forbidden")
    assert "because it is being terminated" in answer["message"]
    eventually(lambda: client.names(there) == ["held"], "only what is held is left")
    assert client.get(f"{NAMESPACES}/shop")["status"]["phase"] == "Terminating"

    client.patch(f"{there}/held", {"metadata": {"finalizers": None}})
    eventually(lambda: client.gone(f"{NAMESPACES}/shop"), "the namespace is gone")
    assert client.names(PODS.replace("default", "shop")) == []


def test_a_claim_goes_when_no_pod_uses_it(client: Client) -> None:
    claims = "/api/v1/namespaces/default/persistentvolumeclaims"
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    claim = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data"}, "spec": spec}
    client.post(claims, claim)
    volumes = [{"name": "v", "persistentVolumeClaim": {"claimName": "data"}}]
    pod = {"containers": [{"name": "c", "image": "a:1"}], "volumes": volumes}
    client.post(PODS, {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": pod})
    eventually(lambda: client.get(f"{PODS}/p")["status"]["phase"] == "Running", "the pod runs")
    client.delete(f"{claims}/data")
    assert client.get(f"{claims}/data")["metadata"]["finalizers"] == ["kubernetes.io/pvc-protection"]
    client.delete(f"{PODS}/p")
    eventually(lambda: client.gone(f"{claims}/data"), "the claim is gone")
    eventually(lambda: client.names("/api/v1/persistentvolumes") == [], "its volume is gone")
