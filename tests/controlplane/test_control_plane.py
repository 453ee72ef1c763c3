"""The real control plane as tests and the demo use it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from shared.adapters.kubernetes.cluster_connector import KubernetesConnector
from shared.adapters.kubernetes.kubeconfig import KubeconfigCredentials
from shared.errors import InvalidRequestError
from tests.controlplane.build import KUBERNETES_VERSION, programs
from tests.controlplane.cluster_world import ClusterWorld
from tests.controlplane.control_plane import ControlPlane
from tests.controlplane.objects import config_map, deployment, secret
from tests.controlplane.polling import eventually

ROOT = Path(__file__).parents[2]


def test_it_serves_the_pinned_version_over_tls(control_plane: ControlPlane) -> None:
    with closing(KubernetesConnector(KubeconfigCredentials(control_plane.kubeconfig()))) as connector:
        cluster = connector.connect("")
        assert cluster.server == control_plane.server
        assert cluster.server.startswith("https://127.0.0.1:")
        assert cluster.discovery.version() == KUBERNETES_VERSION


def test_the_api_server_records_which_writes_reached_it(control_plane: ControlPlane) -> None:
    with ClusterWorld.of(control_plane.kubeconfig()) as world:
        seen, type = len(control_plane.writes()), world.type("ConfigMap")
        world.objects.apply(type, config_map("default", "audited", {"k": "1"}), dry_run=True)
        world.objects.apply(type, config_map("default", "audited", {"k": "1"}))
        with pytest.raises(InvalidRequestError):
            world.objects.apply(world.type("Deployment", "apps"), deployment("default", "x", replicas=-1))
        world.objects.get(type, "default", "audited")
        world.objects.delete(type, "default", "audited")

    writes = [each for each in control_plane.writes()[seen:] if each.namespace == "default"]

    assert [(each.verb, each.resource, each.name, each.dry_run, each.code) for each in writes] == [
        ("patch", "configmaps", "audited", True, 201),
        ("patch", "configmaps", "audited", False, 201),
        ("patch", "deployments", "x", False, 422),
        ("delete", "configmaps", "audited", False, 200),
    ]
    assert {each.user_agent for each in writes} == {"tidegate"}
    assert writes[1].body["data"] == {"k": "1"}


def test_values_of_secrets_are_not_recorded(control_plane: ControlPlane) -> None:
    with ClusterWorld.of(control_plane.kubeconfig()) as world:
        type = world.type("Secret")
        world.objects.apply(type, secret("default", "hidden", stringData={"k": "hunter2-correct-horse"}))
        world.objects.delete(type, "default", "hidden")
    assert any(each.resource == "secrets" for each in control_plane.writes())
    text = control_plane.audit_log.read_text()
    assert "hunter2-correct-horse" not in text
    assert "aHVudGVyMi1jb3JyZWN0LWhvcnNl" not in text


def test_kubectl_of_the_same_version_speaks_to_it(control_plane: ControlPlane, tmp_path: Path) -> None:
    file = tmp_path / "kubeconfig"
    file.write_text(json.dumps(control_plane.kubeconfig()))
    command = [str(control_plane.kubectl()), f"--kubeconfig={file}", "version", "--output=json"]
    versions = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    assert (
        versions["clientVersion"]["gitVersion"]
        == versions["serverVersion"]["gitVersion"]
        == KUBERNETES_VERSION
    )


def test_programs_that_are_built_already_are_taken_from_their_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    built = programs()
    monkeypatch.setenv("KUBEBUILDER_ASSETS", str(tmp_path))
    assert programs() == built
    for name in ("etcd", "kube-apiserver", "kubectl"):
        (tmp_path / name).symlink_to(built[name])
    taken = programs()
    assert {name for name, path in taken.items() if path.parent == tmp_path} == {
        "etcd",
        "kube-apiserver",
        "kubectl",
    }
    assert taken["kwok"] == built["kwok"]


def children(pid: int) -> set[int]:
    """The processes that this one started and that still run."""
    found = set()
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(parent) == pid and state != "Z":
                found.add(int(folder.name))
    return found


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_outlives_the_process_that_started_it(
    control_plane: ControlPlane, tmp_path: Path, number: signal.Signals
) -> None:
    file = tmp_path / "kubeconfig"
    command = [sys.executable, "-m", "tests.controlplane.control_plane", "--kubeconfig", str(file)]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        line = process.stdout.readline().decode()
        started = children(process.pid)
        assert len(started) == 5
        assert json.loads(file.read_text())["clusters"][0]["cluster"]["server"] in line
        process.send_signal(number)
        process.wait(30)
    eventually(
        lambda: not any(Path(f"/proc/{pid}/exe").exists() and is_running(pid) for pid in started), "all end"
    )
    if number is signal.SIGTERM:
        assert process.returncode == 0
        assert [path.name for path in tmp_path.iterdir()] == ["kubeconfig"]


def is_running(pid: int) -> bool:
    try:
        return (Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]) != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
