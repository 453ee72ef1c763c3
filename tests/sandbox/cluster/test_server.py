"""The cluster as a thing to start, look at, take away and stop."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from sandbox.cluster.request_log import RequestLog
from sandbox.cluster.server import Absence, SandboxCluster
from tests.controlplane.polling import eventually
from tests.sandbox.cluster.conftest import Client, config_map

MAPS = "/api/v1/namespaces/default/configmaps"


def test_a_kubeconfig_names_the_cluster(cluster: SandboxCluster) -> None:
    config = cluster.kubeconfig()
    assert config["current-context"] == config["contexts"][0]["name"] == "test"
    assert config["clusters"][0]["cluster"]["server"] == cluster.url


def test_clusters_of_one_process_know_nothing_of_each_other() -> None:
    with SandboxCluster("one") as one, SandboxCluster("two") as two:
        first, second = Client(one), Client(two)
        first.post(MAPS, config_map("a"))
        assert second.gone(f"{MAPS}/a")
        systems = {c.get("/api/v1/namespaces/kube-system")["metadata"]["uid"] for c in (first, second)}
        assert len(systems) == 2
        first.close()
        second.close()


def test_the_request_log_tells_who_asked_for_what_and_whether_it_changed_anything(
    cluster: SandboxCluster, client: Client
) -> None:
    body = {**config_map("a"), "data": {"k": "1"}}
    client.apply(f"{MAPS}/a", body, "tidegate", dryRun="All")
    client.apply(f"{MAPS}/a", body, "tidegate")
    client.apply(f"{MAPS}/a", body, "tidegate")
    client.get(MAPS, labelSelector="a=b")
    client.delete(f"{MAPS}/nobody")

    told = [(r.verb, r.resource, r.name, r.status, r.dry_run, r.changed) for r in cluster.requests.all()]
    assert told == [
        ("patch", "configmaps", "a", 201, True, False),
        ("patch", "configmaps", "a", 201, False, True),
        ("patch", "configmaps", "a", 200, False, False),
        ("list", "configmaps", "", 200, False, False),
        ("delete", "configmaps", "nobody", 404, False, False),
    ]
    (change,) = cluster.requests.changes()
    assert (change.manager, change.content_type) == ("tidegate", "application/apply-patch+yaml")


def test_a_log_may_be_shared_between_clusters() -> None:
    log = RequestLog()
    with SandboxCluster("one", requests=log) as one, SandboxCluster("two", requests=log) as two:
        for cluster in (one, two):
            requests.get(f"{cluster.url}/version", timeout=5).close()
    assert [request.path for request in log.all()] == ["/version", "/version"]


def test_a_cluster_that_is_away_refuses_connections_and_comes_back_as_it_was(
    cluster: SandboxCluster, client: Client
) -> None:
    client.post(MAPS, config_map("a"))
    url = cluster.url
    cluster.away()
    with pytest.raises(requests.ConnectionError):
        client.get(MAPS)
    cluster.back()
    assert cluster.url == url
    assert not client.gone(f"{MAPS}/a")


def test_a_cluster_can_be_away_behind_a_proxy(cluster: SandboxCluster, client: Client) -> None:
    cluster.away(Absence.UNAVAILABLE)
    status, answer = client.send("GET", MAPS)
    assert (status, answer["reason"]) == (503, "ServiceUnavailable")
    cluster.back()
    assert client.send("GET", MAPS)[0] == 200


def test_workloads_go_on_while_the_cluster_is_away(cluster: SandboxCluster, client: Client) -> None:
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}}
    client.post(
        "/api/v1/namespaces/default/pods", {**pod, "spec": {"containers": [{"name": "c", "image": "a:1"}]}}
    )
    cluster.away()
    eventually(lambda: _phase(cluster) == "Running", "the pod runs")


def _phase(cluster: SandboxCluster) -> object:
    stored = cluster.store.get("pods", ("default", "p"))
    return stored.body["status"]["phase"] if stored else None


def test_without_its_merge_program_a_cluster_says_which_one_it_needs(tmp_path: Path) -> None:
    from sandbox.cluster.api_error import ApiError

    cluster = SandboxCluster("none", merge_program=tmp_path / "sandboxmerge")
    with pytest.raises(ApiError, match=r"sandboxmerge cannot be started from .*make kubetools"):
        cluster.start()
    cluster.close()


def test_who_is_trusted_gets_in_besides_the_own_token() -> None:
    with SandboxCluster("trusting") as cluster:

        def asked_with(token: str) -> int:
            headers = {"Authorization": f"Bearer {token}"}
            return requests.get(f"{cluster.url}/api/v1/namespaces", headers=headers, timeout=10).status_code

        own = cluster.kubeconfig()["users"][0]["user"]["token"]
        assert (asked_with(own), asked_with("guest")) == (200, 401)
        cluster.trust(lambda token: token == "guest")
        assert (asked_with(own), asked_with("guest"), asked_with("other")) == (200, 200, 401)
