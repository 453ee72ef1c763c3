"""The cluster of the demo: the sandbox's own, or the real control plane as a process beside it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import yaml

from sandbox.cluster.server import SandboxCluster
from shared.adapters.kubernetes.cluster_connector import KubernetesConnector
from shared.adapters.kubernetes.kubeconfig import KubeconfigCredentials
from shared.domain.manifests.resource_type import ResourceType

ENVIRONMENTS = {
    "dev": "https://dev-aks.eastus.k8s.local",
    "staging": "https://staging-aks.eastus.k8s.local",
    "production": "https://prod-aks.koreacentral.k8s.local",
}
_NAMESPACE = ResourceType("", "v1", "Namespace", "namespaces", namespaced=False)
_ROOT = Path(__file__).resolve().parents[2]
_START_SECONDS = 900.0


@contextmanager
def sandbox_cluster(kubeconfig: Path) -> Iterator[SandboxCluster]:
    with SandboxCluster("sandbox") as cluster:
        write_kubeconfig(kubeconfig, cluster.kubeconfig())
        yield cluster


@contextmanager
def real_cluster(kubeconfig: Path) -> Iterator[None]:
    """kube-apiserver, controllers, scheduler and kwok; built first when they are not in the cache."""
    command = [sys.executable, "-m", "tests.controlplane.control_plane", "--kubeconfig", str(kubeconfig)]
    process = subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.DEVNULL)  # noqa: S603 our own module
    try:
        _wait_for(kubeconfig, process)
        yield
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def environments(kubeconfig: Path) -> Iterator[dict[str, str]]:
    """Clusters dev, staging and production, reachable under the names that the user's YAML gives them.

    They become further contexts of the kubeconfig. Yields written server URL → where it is.
    """
    names: dict[str, str] = {}
    with ExitStack() as stack:
        for context, written in ENVIRONMENTS.items():
            cluster = stack.enter_context(SandboxCluster(context))
            _create_namespace(cluster, "production")
            names[written] = cluster.url
            document = cluster.kubeconfig()
            document["clusters"][0]["cluster"]["server"] = written
            _add_context(kubeconfig, document)
        yield names


def _create_namespace(cluster: SandboxCluster, name: str) -> None:
    """The user's ApplicationSet has no CreateNamespace: the namespace is there already."""
    connector = KubernetesConnector(KubeconfigCredentials(cluster.kubeconfig()))
    manifest = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    connector.connect("").objects.create(_NAMESPACE, manifest)
    connector.close()


def _add_context(path: Path, document: dict[str, Any]) -> None:
    """The current context stays."""
    whole = yaml.safe_load(path.read_text())
    for part in ("clusters", "contexts", "users"):
        whole[part] += document[part]
    write_kubeconfig(path, whole)


def write_kubeconfig(path: Path, document: dict[str, Any]) -> None:
    """JSON is YAML. The file holds a token: nobody else may read it."""
    path.touch(mode=0o600)
    path.write_text(json.dumps(document))


def _wait_for(kubeconfig: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not (kubeconfig.exists() and kubeconfig.stat().st_size):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("The real control plane did not start; its messages are above")
        time.sleep(0.1)
