"""A cluster that goes on after a restart: objects, versions, tokens, addresses."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sandbox.cluster.server import SandboxCluster
from sandbox.cluster.state import StateFile
from sandbox.cluster.store import Change, Event, Stored
from tests.controlplane.polling import eventually
from tests.sandbox.cluster.conftest import Client, config_map, deployment, settled

MAPS, WEB = "/api/v1/namespaces/default/configmaps", "/apis/apps/v1/namespaces/default/deployments/web"


@contextmanager
def running(path: Path) -> Iterator[Client]:
    with SandboxCluster("kept", state=path, pod_seconds=0.02) as cluster:
        client = Client(cluster)
        yield client
        client.close()


def test_objects_come_back_and_versions_go_on(tmp_path: Path) -> None:
    path = tmp_path / "cluster.db"
    with running(path) as client:
        client.post(MAPS, config_map("stays"))
        client.post(MAPS, config_map("goes"))
        client.delete(f"{MAPS}/goes")
        last = int(client.get(MAPS)["metadata"]["resourceVersion"])
        before = client.get(f"{MAPS}/stays")
        uid = client.get("/api/v1/namespaces/kube-system")["metadata"]["uid"]
        token = client.cluster.kubeconfig("viewer")
    with running(path) as client:
        assert client.get(f"{MAPS}/stays") == before
        assert client.gone(f"{MAPS}/goes")
        assert client.get("/api/v1/namespaces/kube-system")["metadata"]["uid"] == uid
        made = client.post(MAPS, config_map("new"))[1]
        assert int(made["metadata"]["resourceVersion"]) > last
        assert client.cluster.kubeconfig("viewer")["users"] == token["users"]


def test_what_was_rolling_rolls_on_and_custom_kinds_are_served_at_once(tmp_path: Path) -> None:
    path = tmp_path / "cluster.db"
    names = {"plural": "tides", "singular": "tide", "kind": "Tide", "listKind": "TideList"}
    schema = {"openAPIV3Schema": {"type": "object"}}
    versions = [{"name": "v1", "served": True, "storage": True, "schema": schema}]
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "tides.x.test"},
        "spec": {"group": "x.test", "scope": "Namespaced", "names": names, "versions": versions},
    }
    with SandboxCluster("kept", state=path, pod_seconds=60) as cluster:
        client = Client(cluster)
        client.post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition)
        client.post("/apis/apps/v1/namespaces/default/deployments", deployment("web", replicas=2))
        eventually(lambda: client.names("/api/v1/namespaces/default/pods"), "pods are there, not ready")
        eventually(lambda: not client.gone("/apis/x.test/v1/tides"), "the kind is served")
        client.close()
    with running(path) as client:
        assert client.get("/apis/x.test/v1/tides")["items"] == []
        ready = settled(client, WEB, lambda d: d["status"].get("readyReplicas") == 2, "the rollout goes on")
        assert ready["status"]["replicas"] == 2


def test_addresses_that_are_taken_are_not_given_out_again(tmp_path: Path) -> None:
    path, services = tmp_path / "cluster.db", "/api/v1/namespaces/default/services"
    service = {"apiVersion": "v1", "kind": "Service", "spec": {"type": "NodePort", "ports": [{"port": 80}]}}
    given = []
    for name in ("one", "two"):
        with running(path) as client:
            made = client.post(services, {**service, "metadata": {"name": name}})[1]["spec"]
            given.append((made["clusterIP"], made["ports"][0]["nodePort"]))
    assert given[0][0] != given[1][0]
    assert given[0][1] != given[1][1]


def test_a_watch_from_before_the_restart_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "cluster.db"
    with running(path) as client:
        old = client.get(MAPS)["metadata"]["resourceVersion"]
        client.post(MAPS, config_map("x"))
    with running(path) as client:
        (line,) = client.watch(MAPS, resourceVersion=old)
        assert (line["type"], line["object"]["code"]) == ("ERROR", 410)


def test_the_file_is_private_and_each_change_is_in_it_at_once(tmp_path: Path) -> None:
    path = tmp_path / "cluster.db"
    state = StateFile(path)
    stored = Stored("configmaps", ("default", "x"), 105, {"metadata": {"name": "x"}})
    state.see(Event(Change.ADDED, stored))
    other = StateFile(path)
    objects, version = other.objects()
    assert ([each.key for each in objects], version) == ([("default", "x")], 105)
    assert path.stat().st_mode & 0o077 == 0
    state.see(Event(Change.DELETED, Stored("configmaps", ("default", "x"), 106, stored.body)))
    assert other.objects() == ([], 106)
    state.close()
    other.close()


def test_a_file_that_is_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cluster.db"
    path.write_text("this is no database, and it is long enough to be sure of that" * 10)
    with pytest.raises(sqlite3.Error):
        StateFile(path)
