"""The cluster of the demo: the sandbox's own, or the real control plane as a process beside it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sandbox.cluster.server import SandboxCluster

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
