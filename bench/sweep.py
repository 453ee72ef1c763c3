"""The drift sweep over N tracked objects on the real kube-apiserver, beside a bare LIST of them.

Bar for 10,000: client CPU < 1.5 s, memory growth < 100 MB, ratio to the bare LIST <= 2.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from bench.figures import say
from bench.process_usage import usage
from shared.adapters.kubernetes.cluster_connector import KubernetesConnector
from shared.adapters.kubernetes.kubeconfig import KubeconfigCredentials
from shared.adapters.memory.blob_store import MemoryBlobStore
from shared.adapters.memory.document_store import MemoryDocumentStore
from shared.adapters.system.sealing import KeyFileSealing
from shared.domain.manifests.manifest import Manifest
from shared.domain.manifests.resource_type import ResourceType
from shared.domain.manifests.tracking import INSTALLATION, TRACKING_ID
from shared.services.clusters import Clusters, ConnectedCluster
from shared.services.sweep_cluster import Sweep, SweepCluster
from tests.controlplane.control_plane import ControlPlane

_DEPLOYMENT = ResourceType("apps", "v1", "Deployment", "deployments", namespaced=True)
_KINDS = {("apps", "Deployment")}
_ID = "benchmark0"


def main(arguments: Sequence[str] = ()) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.sweep", description=__doc__)
    parser.add_argument("--objects", type=int, default=10_000, help="Default: 10000.")
    options = parser.parse_args(arguments)
    say("starting etcd and kube-apiserver …")
    with ControlPlane(controllers=False) as plane:
        connector = KubernetesConnector(KubeconfigCredentials(plane.kubeconfig()))
        with tempfile.TemporaryDirectory(prefix="tidegate-sweep-") as folder, closing(connector):
            _measure(connector, options.objects, KeyFileSealing(Path(folder) / "sealing.key"))
    return 0


def _measure(connector: KubernetesConnector, objects: int, sealing: KeyFileSealing) -> None:
    connected = Clusters(connector, MemoryDocumentStore(), list).by_reference("")
    say(f"creating {objects} Deployments …")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: _create(connected, number), range(objects)))
    sweep = SweepCluster(MemoryBlobStore(), sealing, _ID)
    before = usage(os.getpid()).resident_mib
    bare = _timed("bare LIST", lambda: _bare_list(connected))
    first = _timed("first sweep (all fingerprinted)", lambda: sweep(connected, _KINDS))
    again = _timed("quiet sweep", lambda: sweep(connected, _KINDS))
    grown = usage(os.getpid()).resident_mib - before
    say(f"  ratio to the bare LIST: first {first / bare:.2f}, quiet {again / bare:.2f}   (bar <= 2)")
    say(f"  memory growth {grown:.0f} MiB   (bar < 100 MB)")


def _timed(name: str, work: Callable[[], Sweep | int]) -> float:
    gc.collect()
    cpu, wall = time.process_time(), time.monotonic()
    found = work()
    cpu, wall = time.process_time() - cpu, time.monotonic() - wall
    seen = found.objects if isinstance(found, Sweep) else found
    say(f"{name:<34} {seen} objects  client CPU {cpu:.2f} s  wall {wall:.2f} s   (bar < 1.5 s CPU)")
    return cpu


def _bare_list(connected: ConnectedCluster) -> int:
    selector = f"{INSTALLATION}={_ID}"
    pages = connected.cluster.objects.list_pages(_DEPLOYMENT, label_selector=selector)
    return sum(len(page.items) for page in pages)


def _create(connected: ConnectedCluster, number: int) -> None:
    connected.cluster.objects.apply(_DEPLOYMENT, _deployment(f"api-{number:05d}", f"shop-{number // 3:04d}"))


def _deployment(name: str, app: str) -> Manifest:
    container = {
        "name": "api",
        "image": "myacr.azurecr.io/api:1.4.1",
        "ports": [{"containerPort": 8080}],
        "env": [{"name": f"SETTING_{number}", "value": f"value-{number}"} for number in range(8)],
        "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "256Mi"}},
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {
            "name": name,
            "namespace": "default",
            "labels": {INSTALLATION: _ID, "app": name},
            "annotations": {TRACKING_ID: f"{app}:apps/Deployment:default/{name}"},
        },
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container]}},
        },
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
