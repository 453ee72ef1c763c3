"""Requests of all kinds, their refusals in the server's sentences, and what is kept of the sent objects."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.cluster.conftest import Client, config_map, deployment

MAPS, SETS = "/api/v1/namespaces/default/configmaps", "/apis/apps/v1/namespaces/default/deployments"


def test_a_new_cluster_has_its_namespaces_and_a_ready_node(client: Client) -> None:
    assert client.names("/api/v1/namespaces") == ["default", "kube-node-lease", "kube-public", "kube-system"]
    (node,) = client.get("/api/v1/nodes")["items"]
    assert [c["status"] for c in node["status"]["conditions"] if c["type"] == "Ready"] == ["True"]


def test_who_brings_another_token_is_nobody(client: Client) -> None:
    client._session.headers["Authorization"] = "Bearer other"
    assert client.send("GET", MAPS)[0] == 401


def test_who_brings_no_token_is_kubectl_which_sends_none_over_plain_http(client: Client) -> None:
    del client._session.headers["Authorization"]
    assert client.send("GET", MAPS)[0] == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "code", "sentence"),
    [
        ("GET", f"{SETS}/x", None, 404, 'deployments.apps "x" not found'),
        ("GET", "/api/v1/namespaces/default/widgets", None, 404, "could not find the requested resource"),
        ("PUT", MAPS, {}, 405, "does not allow this method"),
        ("POST", MAPS.replace("default", "nope"), config_map("a"), 404, 'namespaces "nope" not found'),
        ("POST", MAPS, config_map("a", namespace="other"), 400, "does not match the namespace sent"),
        ("POST", MAPS, config_map("A_"), 422, 'ConfigMap "A_" is invalid: metadata.name: Invalid value'),
        (
            "POST",
            MAPS,
            config_map("a", labels={"a": True}),
            400,
            "cannot unmarshal bool into Go struct field",
        ),
        ("POST", MAPS, {**config_map("a"), "kind": "Secret"}, 400, "cannot be handled as a ConfigMap"),
        ("POST", SETS, {**deployment("a"), "spec": {}}, 422, "spec.selector: Required value, spec.template"),
        ("POST", SETS, deployment("a", image=""), 422, "containers[0].image: Required value"),
        ("GET", f"{MAPS}?continue=zzz&limit=1", None, 400, "invalid continue token"),
        ("DELETE", f"{MAPS}/kube-root-ca.crt?propagationPolicy=Never", None, 422, "Unsupported value"),
    ],
)
def test_a_refusal_has_the_servers_code_and_sentence(
    client: Client, method: str, path: str, body: Any, code: int, sentence: str
) -> None:
    status, answer = client.send(method, path, body)
    assert (status, answer["kind"], answer["code"]) == (code, "Status", code)
    assert sentence in answer["message"]


def test_unknown_fields_vanish_unless_strictness_is_asked_for(client: Client) -> None:
    sent = {**config_map("a"), "bogus": 1, "data": {"k": "v"}}
    status, answer = client.post(MAPS, sent, fieldValidation="Strict")
    assert status == 400
    assert 'strict decoding error: unknown field "bogus"' in answer["message"]
    status, answer = client.post(MAPS, sent)
    assert status == 201
    assert "bogus" not in answer


def test_an_unknown_media_type_of_a_patch_is_refused(client: Client) -> None:
    client.post(MAPS, config_map("a"))
    assert client.send("PATCH", f"{MAPS}/a", {}, "application/foo")[0] == 415


def test_a_put_of_an_old_version_is_a_conflict_and_a_put_of_the_same_writes_nothing(client: Client) -> None:
    created = client.post(MAPS, {**config_map("a"), "data": {"k": "1"}})[1]
    assert client.send("PUT", f"{MAPS}/a", created)[1] == created
    client.patch(f"{MAPS}/a", {"data": {"k": "2"}})
    status, answer = client.send("PUT", f"{MAPS}/a", created)
    assert (status, answer["reason"]) == (409, "Conflict")


def test_dry_runs_of_every_verb_change_nothing(client: Client) -> None:
    client.post(MAPS, {**config_map("a"), "data": {"k": "1"}})
    before = client.get(MAPS)
    client.post(MAPS, config_map("b"), dryRun="All")
    client.patch(f"{MAPS}/a", {"data": {"k": "2"}}, dryRun="All")
    client.apply(f"{MAPS}/a", {**config_map("a"), "data": {"x": "2"}}, dryRun="All")
    client.send("PUT", f"{MAPS}/a", {**config_map("a"), "data": {}}, dryRun="All")
    client.delete(f"{MAPS}/a", dryRun="All")
    client.delete(MAPS, dryRun="All")
    assert client.get(MAPS)["items"] == before["items"]


def test_a_scale_is_a_view_of_replicas(client: Client) -> None:
    client.post(SETS, deployment("web", replicas=0))
    assert client.get(f"{SETS}/web/scale")["spec"] == {"replicas": 0}
    client.patch(f"{SETS}/web/scale", {"spec": {"replicas": 2}}, fieldManager="scaler")
    scaled = client.get(f"{SETS}/web")
    assert (scaled["spec"]["replicas"], scaled["metadata"]["generation"]) == (2, 2)
    assert ("scaler", "scale") in {
        (entry["manager"], entry.get("subresource")) for entry in scaled["metadata"]["managedFields"]
    }


def test_status_and_spec_are_written_apart(client: Client) -> None:
    ingress = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": "i"},
        "spec": {"defaultBackend": {"service": {"name": "x", "port": {"number": 80}}}},
        "status": {"loadBalancer": {"ingress": [{"ip": "1.2.3.4"}]}},
    }
    path = "/apis/networking.k8s.io/v1/namespaces/default/ingresses"
    created = client.post(path, ingress)[1]
    assert created["status"] == {"loadBalancer": {}}
    changed = client.patch(
        f"{path}/i/status", {"spec": {"ingressClassName": "no"}, "metadata": {"labels": {}}}
    )[1]
    assert "ingressClassName" not in changed["spec"]
    assert changed["metadata"]["generation"] == 1


def test_collections_are_deleted_by_selector(client: Client) -> None:
    for name, app in (("a", "x"), ("b", "y"), ("c", "x")):
        client.post(MAPS, config_map(name, labels={"app": app}))
    client.delete(MAPS, labelSelector="app=x")
    assert client.names(MAPS, labelSelector="app") == ["b"]


def test_discovery_tells_kinds_short_names_and_subresources(client: Client) -> None:
    apps = {entry["name"]: entry for entry in client.get("/apis/apps/v1")["resources"]}
    assert (apps["deployments"]["shortNames"], apps["deployments"]["categories"]) == (["deploy"], ["all"])
    assert apps["deployments/scale"]["kind"] == "Scale"
    client._session.headers["Accept"] = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
    groups = {item["metadata"]["name"]: item for item in client.get("/apis")["items"]}
    assert "deployments" in {r["resource"] for r in groups["apps"]["versions"][0]["resources"]}


def test_a_log_names_the_image_and_a_waiting_container_has_none(client: Client) -> None:
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}}
    spec = {"containers": [{"name": "c", "image": "app:broken"}]}
    client.post("/api/v1/namespaces/default/pods", {**pod, "spec": spec})
    status, _ = client.send("GET", "/api/v1/namespaces/default/pods/p/log", container="nobody")
    assert status == 400
