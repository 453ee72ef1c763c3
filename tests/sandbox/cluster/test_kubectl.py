"""A session of the real kubectl, unmodified, on a sandbox cluster: over TLS, with a token."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sandbox.cluster.server import SandboxCluster
from tests.controlplane.build import programs
from tests.controlplane.polling import eventually
from tests.sandbox.cluster.conftest import deployment

pytestmark = pytest.mark.slow

Kubectl = Callable[..., str]
SERVICE = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "web"},
    "spec": {"type": "LoadBalancer", "selector": {"app": "web"}, "ports": [{"port": 80}]},
}


class Session:
    """kubectl as one user, with a home of its own. `say` prints each call, as `pytest -s` shows it."""

    def __init__(self, cluster: SandboxCluster, home: Path, user: str = "admin") -> None:
        self._program, self._home = programs()["kubectl"], home
        self._config = home / f"{user}.json"
        self._config.touch(mode=0o600)
        self._config.write_text(json.dumps(cluster.kubeconfig(user)))

    def __call__(self, *arguments: str, status: int = 0, sent: object = None, seconds: float = 60) -> str:
        """Run it and return what it printed, on stdout and stderr."""
        done = subprocess.run(
            [self._program, *arguments],
            input="" if sent is None else json.dumps(sent),
            env=os.environ | {"KUBECONFIG": str(self._config), "HOME": str(self._home)},
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        printed = done.stdout + done.stderr
        print(f"$ kubectl {' '.join(arguments)}\n{printed}", end="")
        assert done.returncode == status, printed
        return printed


@pytest.fixture(scope="module")
def cluster() -> Iterator[SandboxCluster]:
    with SandboxCluster("kubectl", tls=True, anonymous=False, pod_seconds=0.02) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def kubectl(cluster: SandboxCluster, tmp_path_factory: pytest.TempPathFactory) -> Session:
    """A cluster with a Deployment of two pods and its Service, applied and rolled out."""
    session = Session(cluster, tmp_path_factory.mktemp("home"))
    items = {"apiVersion": "v1", "kind": "List", "items": [deployment("web", replicas=2), SERVICE]}
    printed = session("apply", "--server-side", "-f", "-", sent=items)
    assert printed == "deployment.apps/web serverside-applied\nservice/web serverside-applied\n"
    assert "successfully rolled out" in session("rollout", "status", "deployment/web", "--timeout=20s")
    return session


def cells(printed: str) -> list[list[str]]:
    return [line.split() for line in printed.splitlines() if line]


def test_get_shows_the_usual_columns(kubectl: Session) -> None:
    header, row = cells(kubectl("get", "deployments", "web"))
    assert header == ["NAME", "READY", "UP-TO-DATE", "AVAILABLE", "AGE"]
    assert row[:4] == ["web", "2/2", "2", "2"]
    header, *rows = cells(kubectl("get", "pods", "-l", "app=web"))
    assert header == ["NAME", "READY", "STATUS", "RESTARTS", "AGE"]
    assert [row[1:4] for row in rows] == [["1/1", "Running", "0"]] * 2
    _, row = cells(kubectl("get", "service", "web", "-o", "wide"))
    assert (row[1], row[4].partition(":")[0], row[-1]) == ("LoadBalancer", "80", "app=web")
    assert "NODE" in kubectl("get", "pods", "-o", "wide")
    assert "pod/web-" in kubectl("get", "all", "--all-namespaces")


def test_diff_and_apply_on_the_server_agree(kubectl: Session) -> None:
    more = deployment("web", replicas=3)
    assert kubectl("diff", "--server-side", "-f", "-", sent=deployment("web", replicas=2)) == ""
    changes = kubectl("diff", "--server-side", "-f", "-", sent=more, status=1).splitlines()
    assert "-  replicas: 2" in changes
    assert "+  replicas: 3" in changes
    kubectl("apply", "--server-side", "-f", "-", sent=more)
    kubectl("rollout", "status", "deployment/web", "--timeout=20s")
    assert kubectl("get", "deploy", "web", "-o", "jsonpath={.status.readyReplicas}") == "3"


def test_a_conflict_is_told_with_its_owner(kubectl: Session) -> None:
    other = ("apply", "--server-side", "--field-manager=somebody", "-f", "-")
    refused = kubectl(*other, sent=deployment("web", replicas=7), status=1)
    assert 'conflict with "kubectl": .spec.replicas' in refused


def test_apply_validates_by_what_the_server_knows(kubectl: Session) -> None:
    wrong = deployment("typo")
    wrong["spec"]["replikas"] = wrong["spec"].pop("replicas")
    refused = kubectl("apply", "-f", "-", sent=wrong, status=1)
    assert 'strict decoding error: unknown field "spec.replikas"' in refused
    assert 'field "spec.replikas"' in kubectl("apply", "--validate=warn", "-f", "-", sent=wrong)


def test_apply_of_the_client_merges_lists_by_their_keys(kubectl: Session) -> None:
    first = deployment("client")
    assert kubectl("apply", "-f", "-", sent=first) == "deployment.apps/client created\n"
    kubectl("set", "env", "deployment/client", "ADDED=by-hand")
    first["spec"]["template"]["spec"]["containers"].append({"name": "second", "image": "app:2"})
    assert kubectl("apply", "-f", "-", sent=first) == "deployment.apps/client configured\n"
    found = json.loads(kubectl("get", "deploy", "client", "-o", "json"))
    app, second = found["spec"]["template"]["spec"]["containers"]
    assert (app["name"], app["env"]) == ("app", [{"name": "ADDED", "value": "by-hand"}])
    assert second["image"] == "app:2"
    assert kubectl("apply", "-f", "-", sent=first) == "deployment.apps/client unchanged\n"


def test_explain_knows_every_field(kubectl: Session) -> None:
    printed = kubectl("explain", "deployment.spec.replicas")
    assert printed.startswith("GROUP:      apps\nKIND:       Deployment\nVERSION:    v1\n")
    assert "FIELD: replicas <integer>" in printed
    assert "Number of desired pods." in printed
    assert "name\t<string> -required-" in kubectl("explain", "pod.spec.containers")
    assert "<IntOrString>" in kubectl("explain", "service.spec.ports.targetPort")
    assert 'field "nothing" does not exist' in kubectl("explain", "deployment.spec.nothing", status=1)


def test_logs_are_read_from_one_pod_and_from_all(kubectl: Session) -> None:
    assert "sandbox: ready\n" in kubectl("logs", "deployment/web")
    assert kubectl("logs", "deployment/web", "--tail=1").count("sandbox: ") == 1
    lines = kubectl("logs", "-l", "app=web", "--prefix", "--timestamps").splitlines()
    assert all(line.startswith("[pod/web-") for line in lines)
    previous = kubectl("logs", "deployment/web", "--previous", status=1)
    assert 'previous terminated container "app" in pod "web-' in previous
    assert "not found" in previous


def test_a_watch_shows_each_change_as_a_row(kubectl: Session) -> None:
    watch = ("get", "configmaps", "-l", "seen=yes", "--watch", "--request-timeout=3s")
    kubectl("create", "configmap", "watched", "--from-literal=a=b")
    kubectl("label", "configmap", "watched", "seen=yes")
    header, row = cells(kubectl(*watch))
    assert (header, row[:2]) == (["NAME", "DATA", "AGE"], ["watched", "1"])


def test_events_tell_the_story_of_a_rollout(kubectl: Session) -> None:
    printed = kubectl("events", "--for", "deployment/web")
    assert "Scaled up replica set web-" in printed
    described = kubectl("describe", "pods", "-l", "app=web")
    assert "Successfully assigned default/web-" in described
    assert "Started container app" in described


def test_what_typed_clients_send_is_understood(kubectl: Session) -> None:
    """kubectl create, run and drain speak protobuf; scale, rollout and set send patches."""
    assert kubectl("create", "job", "once", "--image=app:1", "--", "true") == "job.batch/once created\n"
    kubectl("wait", "job/once", "--for=condition=Complete", "--timeout=20s")
    cron = ("create", "cronjob", "nightly", "--image=app:1", "--schedule=0 0 * * *")
    assert kubectl(*cron) == "cronjob.batch/nightly created\n"
    assert kubectl("create", "job", "now", "--from=cronjob/nightly") == "job.batch/now created\n"
    assert kubectl("scale", "deployment/web", "--replicas=2") == "deployment.apps/web scaled\n"
    assert kubectl("rollout", "restart", "deployment/web") == "deployment.apps/web restarted\n"
    kubectl("rollout", "status", "deployment/web", "--timeout=20s")
    assert kubectl("rollout", "undo", "deployment/web") == "deployment.apps/web rolled back\n"
    assert len(cells(kubectl("rollout", "history", "deployment/web"))) >= 4
    assert kubectl("auth", "can-i", "delete", "pods") == "yes\n"
    assert kubectl("create", "token", "default").startswith("sandbox-")


def test_a_node_is_drained_and_comes_back(kubectl: Session) -> None:
    before = kubectl("get", "pods", "-l", "app=web", "-o", "name")
    kubectl("drain", "sandbox-node", "--ignore-daemonsets", "--force", "--timeout=20s")
    assert "SchedulingDisabled" in kubectl("get", "nodes")
    assert "Pending" in kubectl("get", "pods", "-l", "app=web")
    kubectl("uncordon", "sandbox-node")
    kubectl("rollout", "status", "deployment/web", "--timeout=20s")
    assert not set(before.split()) & set(kubectl("get", "pods", "-l", "app=web", "-o", "name").split())


def test_a_custom_kind_is_applied_shown_and_explained(kubectl: Session) -> None:
    spec = {"type": "object", "properties": {"height": {"type": "integer", "description": "In metres."}}}
    columns = [{"name": "Height", "type": "integer", "jsonPath": ".spec.height"}]
    schema = {"openAPIV3Schema": {"type": "object", "properties": {"spec": spec}}}
    version = {"name": "v1", "served": True, "storage": True, "schema": schema}
    names = {"plural": "tides", "singular": "tide", "kind": "Tide", "listKind": "TideList"}
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "tides.x.test"},
        "spec": {
            "group": "x.test",
            "scope": "Namespaced",
            "names": names,
            "versions": [{**version, "additionalPrinterColumns": columns}],
        },
    }
    kubectl("apply", "--server-side", "-f", "-", sent=definition)
    kubectl("wait", "crd/tides.x.test", "--for=condition=Established", "--timeout=10s")
    tide = {"apiVersion": "x.test/v1", "kind": "Tide", "metadata": {"name": "spring"}, "spec": {"height": 4}}
    kubectl("apply", "--server-side", "-f", "-", sent=tide)
    assert cells(kubectl("get", "tides")) == [["NAME", "HEIGHT"], ["spring", "4"]]
    assert "In metres." in kubectl("explain", "tide.spec.height")
    refused = kubectl("apply", "--server-side", "-f", "-", sent={**tide, "spec": {"depth": 1}}, status=1)
    assert ".spec.depth: field not declared in schema" in refused


def test_a_viewer_reads_and_is_refused_in_the_real_words(cluster: SandboxCluster, kubectl: Session) -> None:
    viewer = Session(cluster, kubectl._home, "viewer")
    assert "web" in viewer("get", "deployments")
    refused = viewer("get", "secrets", status=1)
    whose = 'resource "secrets" in API group "" in the namespace "default"'
    words = f'secrets is forbidden: User "viewer" cannot list {whose}'
    assert refused == f"Error from server (Forbidden): {words}\n"
    assert 'cannot patch resource "deployments/scale"' in viewer(
        "scale", "deployment/web", "--replicas=1", status=1
    )
    assert viewer("auth", "can-i", "delete", "pods", status=1) == "no\n"
    assert "viewer" in viewer("auth", "whoami")


def test_without_a_token_nobody_gets_in(cluster: SandboxCluster, tmp_path: Path) -> None:
    session = Session(cluster, tmp_path)
    document = cluster.kubeconfig()
    document["users"][0]["user"] = {"token": "wrong"}
    session._config.write_text(json.dumps(document))
    assert "You must be logged in to the server" in session("get", "pods", status=1)
    assert eventually(lambda: cluster.requests.all()[-1].status == 401, "the refusal is logged")
