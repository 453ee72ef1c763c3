"""Tidegate's engine in this process, with as many three-object applications as a measurement wants."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from sandbox.demo.clusters import real_cluster
from sandbox.git.committer import WorkingCopy
from sandbox.git.server import SandboxGit
from shared.adapters.kubernetes.cluster_connector import KubernetesConnector
from shared.adapters.sqlite.work_queue import SqliteWorkQueue
from shared.adapters.tools.manifest_tool import KubetoolsManifestTool
from shared.bootstrap import World
from shared.domain.compare.comparison import SyncStatus
from shared.domain.manifests.manifest import Manifest
from shared.domain.specs.app_ref import AppRef
from shared.settings import Settings

REPOSITORY = "bench/shops"
_ROOT = Path(__file__).parents[1]
_START_SECONDS, _CLAIM_SECONDS, _SYNC_SECONDS = 60.0, 120.0, 300.0


class Engine:
    """The world of function_app.py without a host: `run_due` takes the messages off the queue."""

    def __init__(self, world: World, copy: WorkingCopy) -> None:
        self.world, self.copy = world, copy
        queue = world.ports.work
        if not isinstance(queue, SqliteWorkQueue):
            raise TypeError("the embedded home keeps its queue in SQLite")
        self._queue = queue

    def run_due(self) -> int:
        """Do the work of every message that is due; return how many there were."""
        done = 0
        while (message := self._queue.receive(_CLAIM_SECONDS)) is not None:
            self.world.do_work(message.text)
            self._queue.complete(message)
            done += 1
        return done

    def run_until_synced(self, refs: list[AppRef]) -> None:
        """Raises TimeoutError when one is not Synced in time."""
        deadline = time.monotonic() + _SYNC_SECONDS
        while any(self.world.rows.status(ref).status.sync is not SyncStatus.SYNCED for ref in refs):
            if time.monotonic() > deadline:
                raise TimeoutError("not all applications were synced")
            if not self.run_due():
                self._queue.wait(0.2)

    def come_to_rest(self, seconds: float) -> None:
        """Do what comes due until nothing did for so long."""
        while self._queue.wait(seconds):
            self.run_due()


@contextmanager
def engine(*, real: bool, applications: int) -> Iterator[tuple[Engine, list[AppRef]]]:
    """An engine with this many applications, all synced. The cluster runs in processes of its own."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tidegate-bench-")))
        kubeconfig = folder / "kubeconfig"
        stack.enter_context(real_cluster(kubeconfig) if real else _sandbox(kubeconfig))
        git = stack.enter_context(SandboxGit(folder / "git").start())
        git.create(REPOSITORY, repository_files(applications))
        copy = stack.enter_context(WorkingCopy(git.served_url(REPOSITORY), folder / "copy"))
        settings = Settings(
            home=folder / "home", kubeconfig=kubeconfig, names={"https://github.com/": f"{git.url}/"}
        )
        world = World(settings)
        running = Engine(world, copy)
        _close_with(stack, world)
        refs = [
            world.create_application(manifest, upsert=False, who="bench")
            for manifest in map(application, range(applications))
        ]
        running.run_until_synced(refs)
        yield running, refs


def repository_files(applications: int) -> dict[str, bytes | None]:
    """`shops/N/` with a Deployment, a Service and a ConfigMap for each application."""
    return {
        f"shops/{number}/{name}.yaml": text.format(name=f"shop-{number}").encode()
        for number in range(applications)
        for name, text in _OBJECTS.items()
    }


def application(number: int) -> Manifest:
    """The Application of one folder: automated, healing, in the namespace `shops`."""
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": f"shop-{number}", "namespace": "argocd"},
        "spec": {
            "project": "default",
            "source": {
                "repoURL": f"https://github.com/{REPOSITORY}.git",
                "targetRevision": "main",
                "path": f"shops/{number}",
            },
            "destination": {"server": "https://kubernetes.default.svc", "namespace": "shops"},
            "syncPolicy": {
                "automated": {"prune": True, "selfHeal": True},
                "syncOptions": ["CreateNamespace=true"],
            },
        },
    }


_OBJECTS = {
    "deployment": """apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
spec:
  replicas: 1
  selector:
    matchLabels: {{app: {name}}}
  template:
    metadata:
      labels: {{app: {name}}}
    spec:
      containers:
        - name: web
          image: nginx:1.27.0
          ports: [{{containerPort: 80}}]
          resources:
            requests: {{cpu: 10m, memory: 16Mi}}
""",
    "service": """apiVersion: v1
kind: Service
metadata:
  name: {name}
spec:
  selector: {{app: {name}}}
  ports: [{{port: 80, targetPort: 80}}]
""",
    "configmap": """apiVersion: v1
kind: ConfigMap
metadata:
  name: {name}
data:
  greeting: hello
""",
}


@contextmanager
def _sandbox(kubeconfig: Path) -> Iterator[None]:
    command = [sys.executable, "-m", "sandbox.cluster", "--kubeconfig", str(kubeconfig)]
    process = subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE)
    try:
        if process.stdout is None or not process.stdout.readline():
            raise RuntimeError("the sandbox cluster did not start; its messages are above")
        yield
    finally:
        process.terminate()
        process.wait(_START_SECONDS)
        if process.stdout is not None:
            process.stdout.close()


def _close_with(stack: ExitStack, world: World) -> None:
    """The host lives as long as its process and closes nothing; a measurement ends before its process."""
    tool, connector = world.ports.tool, world.ports.connector
    if isinstance(tool, KubetoolsManifestTool):
        stack.enter_context(closing(tool))
    if isinstance(connector, KubernetesConnector):
        stack.enter_context(closing(connector))
