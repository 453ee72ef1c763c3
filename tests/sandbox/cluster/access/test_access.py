"""Tokens, rights and refusals in the words of a kube-apiserver."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.cluster.server import SandboxCluster
from tests.controlplane.control_plane import ControlPlane
from tests.sandbox.cluster.conftest import Client, Json, config_map

RBAC = "/apis/rbac.authorization.k8s.io/v1"
REFUSED = [
    ("GET", "/api/v1/namespaces/default/secrets", {}),
    ("GET", "/api/v1/secrets", {}),
    ("GET", "/api/v1/nodes", {}),
    ("GET", "/api/v1/namespaces/default/secrets/x", {}),
    ("GET", "/api/v1/namespaces/default/pods", {"watch": "1"}),
    ("POST", "/api/v1/namespaces/default/configmaps", {}),
    ("PUT", "/apis/apps/v1/namespaces/default/deployments/x/scale", {}),
    ("PATCH", "/apis/apps/v1/namespaces/default/deployments/x", {}),
    ("DELETE", "/apis/apps/v1/namespaces/default/deployments/x", {}),
    ("DELETE", "/api/v1/namespaces/default/pods", {}),
    ("GET", "/metrics", {}),
]


@contextmanager
def speaking(url: str, token: str, authority: str | bool = True) -> Iterator[Callable[..., Json]]:
    with requests.Session() as session:
        session.trust_env, session.verify = False, authority
        session.headers["Authorization"] = f"Bearer {token}"

        def send(method: str, path: str, query: Any = None, body: Any = None) -> Json:
            with session.request(method, url + path, params=query, json=body, timeout=10) as answer:
                sent: Json = answer.json()
                return sent

        yield send


def token_of(cluster: SandboxCluster, user: str) -> str:
    return str(cluster.kubeconfig(user)["users"][0]["user"]["token"])


@pytest.fixture
def viewer(cluster: SandboxCluster) -> Iterator[Callable[..., Json]]:
    with speaking(cluster.url, token_of(cluster, "viewer")) as send:
        yield send


def test_a_viewer_reads_workloads_and_logs_but_neither_secrets_nor_nodes(
    client: Client, viewer: Callable[..., Json]
) -> None:
    client.post("/api/v1/namespaces/default/configmaps", config_map("x"))
    assert viewer("GET", "/api/v1/namespaces/default/configmaps/x")["kind"] == "ConfigMap"
    assert viewer("GET", "/apis/apps/v1/deployments")["kind"] == "DeploymentList"
    assert viewer("GET", "/api/v1/namespaces/default/pods/none/log")["code"] == 404
    assert viewer("GET", "/api/v1/namespaces/default/secrets")["code"] == 403
    assert viewer("GET", "/api/v1/nodes")["code"] == 403
    assert viewer("GET", "/apis")["kind"] == "APIGroupList"


def test_refusals_are_those_of_a_kube_apiserver(client: Client, control_plane: ControlPlane) -> None:
    token = control_plane_token(control_plane, "nobody")
    authority = control_plane.kubeconfig()["clusters"][0]["cluster"]["certificate-authority"]
    with (
        speaking(control_plane.server, token, authority) as real,
        speaking(client.cluster.url, account_token(client, "nobody")) as ours,
    ):
        for method, path, query in REFUSED:
            body: Json | None = {} if method in ("POST", "PUT", "PATCH") else None
            assert ours(method, path, query, body) == real(method, path, query, body), (method, path)


def control_plane_token(control_plane: ControlPlane, name: str) -> str:
    """A token of a service account that nobody has given any right."""
    root = f"{control_plane.server}/api/v1/namespaces/default/serviceaccounts"
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name}}
    session = control_plane._session
    session.post(root, json=account).close()
    with session.post(f"{root}/{name}/token", json={"spec": {}}) as answer:
        return str(answer.json()["status"]["token"])


def account_token(client: Client, name: str) -> str:
    root = "/api/v1/namespaces/default/serviceaccounts"
    client.post(root, {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name}})
    return str(client.post(f"{root}/{name}/token", {"spec": {}})[1]["status"]["token"])


def test_a_role_counts_in_its_namespace_and_for_its_names(client: Client, cluster: SandboxCluster) -> None:
    rule = {"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"], "resourceNames": ["mine"]}
    meta = {"apiVersion": "rbac.authorization.k8s.io/v1", "metadata": {"name": "one"}}
    client.post(f"{RBAC}/namespaces/default/roles", {**meta, "kind": "Role", "rules": [rule]})
    subject = {"kind": "User", "name": "ann", "apiGroup": "rbac.authorization.k8s.io"}
    reference = {"kind": "Role", "name": "one", "apiGroup": "rbac.authorization.k8s.io"}
    binding = {**meta, "kind": "RoleBinding", "subjects": [subject], "roleRef": reference}
    client.post(f"{RBAC}/namespaces/default/rolebindings", binding)
    with speaking(cluster.url, token_of(cluster, "ann")) as ann:
        assert ann("GET", "/api/v1/namespaces/default/secrets/mine")["code"] == 404
        assert ann("GET", "/api/v1/namespaces/default/secrets/other")["code"] == 403
        assert ann("GET", "/api/v1/namespaces/kube-system/secrets/mine")["code"] == 403
        client.delete(f"{RBAC}/namespaces/default/rolebindings/one")
        assert ann("GET", "/api/v1/namespaces/default/secrets/mine")["code"] == 403


def test_who_brings_no_token_is_let_in_unless_the_cluster_says_otherwise(cluster: SandboxCluster) -> None:
    with requests.get(cluster.url + "/api/v1/nodes", timeout=10) as answer:
        assert answer.status_code == 200
    with SandboxCluster("closed", anonymous=False) as closed:
        with requests.get(closed.url + "/api/v1/nodes", timeout=10) as answer:
            assert (answer.status_code, answer.json()["message"]) == (401, "Unauthorized")
        with speaking(closed.url, "wrong") as stranger:
            assert stranger("GET", "/api/v1/nodes")["code"] == 401
        with speaking(closed.url, token_of(closed, "admin")) as admin:
            assert admin("GET", "/api/v1/nodes")["kind"] == "NodeList"


def test_reviews_tell_who_asks_and_what_is_allowed(viewer: Callable[..., Json]) -> None:
    review = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
    who = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
    with_status = viewer("POST", who, None, review)["status"]
    assert with_status == {"userInfo": {"username": "viewer", "groups": ["system:authenticated"]}}
    may = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
    for resource, allowed in (("pods", True), ("secrets", False)):
        asked = {"resourceAttributes": {"verb": "list", "resource": resource, "namespace": "default"}}
        answer = viewer("POST", may, None, {"kind": "SelfSubjectAccessReview", "spec": asked})
        assert answer["spec"] == asked
        assert answer["status"]["allowed"] is allowed
    rules = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews"
    listed = viewer("POST", rules, None, {"spec": {"namespace": "default"}})["status"]
    assert {"pods", "pods/log"} <= {name for rule in listed["resourceRules"] for name in rule["resources"]}


def test_tls_is_proved_by_an_authority_of_its_own(tmp_path: Path) -> None:
    with SandboxCluster("secure", tls=True, anonymous=False) as cluster:
        document = cluster.kubeconfig()
        authority = tmp_path / "ca.crt"
        found = document["clusters"][0]["cluster"]["certificate-authority-data"]
        authority.write_bytes(b64decode(found))
        assert cluster.url.startswith("https://127.0.0.1:")
        with speaking(cluster.url, token_of(cluster, "admin"), str(authority)) as admin:
            assert admin("GET", "/api/v1/nodes")["kind"] == "NodeList"
        with pytest.raises(requests.exceptions.SSLError):
            requests.get(cluster.url + "/version", timeout=10)
