"""The whole world of the demo: a cluster, a Git server with the user's repository, and Tidegate in it."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from sandbox.arm.server import SandboxArm
from sandbox.cluster.server import SandboxCluster
from sandbox.demo.api_client import ApiClient
from sandbox.demo.clusters import environments, real_cluster, sandbox_cluster
from sandbox.demo.control.applications import Applications
from sandbox.demo.control.history import History
from sandbox.demo.control.reach import Reach
from sandbox.demo.control.server import DemoControl
from sandbox.demo.images import demo_images
from sandbox.demo.storage import DemoStorage, demo_storage
from sandbox.demo.tidegate_process import TidegateProcess
from sandbox.demo.vaults import VAULT, demo_vaults
from sandbox.git.committer import WorkingCopy
from sandbox.git.server import SandboxGit
from sandbox.seed.files import helm_charts_files
from shared.adapters.kubernetes.cluster_connector import KubernetesConnector
from shared.adapters.kubernetes.kubeconfig import KubeconfigCredentials
from shared.domain.manifests.manifest import Manifest
from shared.domain.manifests.resource_type import ResourceType
from shared.ports.cluster_connector import Cluster

REPOSITORY = "my-org/helm-charts"
PASSWORD = "tidegate-demo"  # noqa: S105 the demo listens on loopback and prints it
_HOOK_SECRET = "demo-webhook-secret"  # noqa: S105
POLL_EVERY = "*/2 * * * * *"

TYPES = {
    found.kind: found
    for found in (
        ResourceType("", "v1", "Namespace", "namespaces", namespaced=False),
        ResourceType("", "v1", "ConfigMap", "configmaps", namespaced=True),
        ResourceType("", "v1", "Secret", "secrets", namespaced=True),
        ResourceType("", "v1", "Pod", "pods", namespaced=True),
        ResourceType("", "v1", "Service", "services", namespaced=True),
        ResourceType("apps", "v1", "Deployment", "deployments", namespaced=True),
    )
}


class DemoWorld:
    """`real` asks for the real control plane instead of the sandbox's emulator; `state` is one of STATES."""

    def __init__(
        self, *, real: bool = False, state: str = "sqlite", port: int = 0, poll: str = POLL_EVERY
    ) -> None:
        self._real, self._state, self._port, self._poll = real, state, port, poll
        self._stack = ExitStack()
        self.sandbox: SandboxCluster | None = None
        self.storage: DemoStorage

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _start(self) -> None:
        self.folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="tidegate-demo-")))
        self.git = self._stack.enter_context(SandboxGit(self.folder / "git").start())
        self.git.create(REPOSITORY, helm_charts_files())
        self.copy = self._stack.enter_context(
            WorkingCopy(self.git.served_url(REPOSITORY), self.folder / "copy")
        )
        self.azure = self._stack.enter_context(SandboxArm().start())
        self.images = self._stack.enter_context(demo_images(self.git, self.azure))
        self.vaults = self._stack.enter_context(demo_vaults(self.folder / "vault", self.azure))
        self.storage = self._stack.enter_context(demo_storage(self._state, self.folder))
        kubeconfig = self.folder / "kubeconfig"
        if self._real:
            self._stack.enter_context(real_cluster(kubeconfig))
        else:
            self.sandbox = self._stack.enter_context(sandbox_cluster(kubeconfig))
        self.names = self._stack.enter_context(environments(kubeconfig))
        connector = KubernetesConnector(KubeconfigCredentials(kubeconfig), self.names)
        self._stack.callback(connector.close)
        self._connector = connector
        self.cluster: Cluster = connector.connect("")
        self.started_at = time.monotonic()
        self.tidegate = TidegateProcess(self._settings(kubeconfig), self.folder / "tidegate.log")
        self._stack.callback(self.tidegate.stop)
        self.connect(self.tidegate.start())
        self.control = self._stack.enter_context(self._control().start())

    def connect(self, url: str) -> None:
        """Tell GitHub (the sandbox's) and ourselves where Tidegate is."""
        self.git.add_hook(REPOSITORY, f"{url}/api/webhook", _HOOK_SECRET)
        self.url = url
        self.api = ApiClient(url, PASSWORD)
        self._stack.callback(self.api.close)
        self.api.call("POST", "/api/v1/repositories?upsert=true", self.images.repository_body(REPOSITORY))
        self.images.connect(url)
        self.vaults.connect(url)

    def _control(self) -> DemoControl:
        """What people do by hand, at a URL. Its working copy is its own: one must not be shared."""
        copy = WorkingCopy(self.git.served_url(REPOSITORY), self.folder / "control-copy")
        return DemoControl(
            Reach(
                git=self.git,
                history=History(self.git, REPOSITORY),
                copy=self._stack.enter_context(copy),
                registry=self.images.registry,
                vaults=self.vaults.vaults,
                vault=VAULT,
                cluster=self.cluster,
                applications=Applications(lambda: self.api),
            )
        )

    def push_image(self, repository: str, tag: str) -> str:
        """Build and push an image as a developer's pipeline would; return its digest."""
        return self.images.registry.push(repository, tag).digest

    def set_secret(self, name: str, value: str) -> None:
        """Set a secret in the vault as a person would; Event Grid tells of it."""
        self.vaults.vaults.set(VAULT, name, value)

    def environment(self, name: str) -> Cluster:
        """One of dev, staging and production."""
        return self._connector.connect(name)

    def get(self, kind: str, namespace: str, name: str) -> Manifest | None:
        return self.cluster.objects.get(TYPES[kind], namespace, name)

    def image_of(self, namespace: str, name: str) -> str:
        """The image of the first container of a Deployment, "" while there is none."""
        found = self.get("Deployment", namespace, name)
        return str(found["spec"]["template"]["spec"]["containers"][0]["image"]) if found else ""

    def replicas_of(self, namespace: str, name: str) -> int:
        found = self.get("Deployment", namespace, name)
        return int(found["spec"]["replicas"]) if found else 0

    def scale(self, namespace: str, name: str, replicas: int) -> None:
        """Change the replicas as a person would by hand."""
        self.cluster.objects.patch(TYPES["Deployment"], namespace, name, {"spec": {"replicas": replicas}})

    def lose_store(self) -> None:
        """Stop Tidegate, delete all that it has remembered, and start it again with the same settings."""
        self.tidegate.stop()
        self.storage.lose()
        self.connect(self.tidegate.start())

    def _settings(self, kubeconfig: Path) -> dict[str, str]:
        return {
            **self.storage.settings,
            "TIDEGATE_PORT": str(self._port),
            "TIDEGATE_KUBECONFIG": str(kubeconfig),
            "TIDEGATE_BOOTSTRAP_REPO": f"https://github.com/{REPOSITORY}.git",
            "TIDEGATE_GITHUB_WEBHOOK_SECRETS": _HOOK_SECRET,
            "TIDEGATE_ADMIN_PASSWORD": PASSWORD,
            "TIDEGATE_NAMES": json.dumps(
                {
                    "https://github.com/": f"{self.git.url}/",
                    **self.images.names,
                    **self.vaults.vaults.names,
                    **self.names,
                }
            ),
            **self.images.settings,
            **self.vaults.settings,
            **self.azure.identity,
            "TIDEGATE_POLL_SCHEDULE": self._poll,
            "TIDEGATE_VAULT_SCHEDULE": self._poll,
            "TIDEGATE_DRIFT_SCHEDULE": "*/20 * * * * *",
            "TIDEGATE_DRIFT_SECONDS": "60",
        }


def eventually(met: Callable[[], bool], seconds: float, *, every: float = 0.05) -> bool:
    """Ask again until it is so or the time is up; return whether it is."""
    deadline = time.monotonic() + seconds
    while not met():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True
