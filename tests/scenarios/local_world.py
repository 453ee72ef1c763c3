"""Tidegate's own host in this process, with a repository and a namespace of its own in a shared sandbox."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import requests

from function_app import functions_of
from host.__main__ import _DEFAULTS
from host.configuration import read_config
from host.process import Host
from host.state import open_state
from sandbox.cluster.server import SandboxCluster
from sandbox.demo.api_client import ApiClient
from sandbox.demo.clusters import write_kubeconfig
from sandbox.demo.world import TYPES
from sandbox.git.committer import WorkingCopy
from sandbox.git.server import SandboxGit
from shared.adapters.kubernetes.cluster_connector import KubernetesConnector
from shared.adapters.kubernetes.kubeconfig import KubeconfigCredentials
from shared.adapters.system.clock import SystemClock
from shared.bootstrap import World
from shared.domain.manifests.manifest import Manifest
from shared.homes import Ports
from shared.ports.clock import Clock
from shared.ports.manifest_tool import ManifestTool
from shared.settings import Settings, load_settings

ROOT = Path(__file__).resolve().parents[2]
PASSWORD, SECRET = "let-me-in", "webhook-secret"
SECOND, NEVER = "* * * * * *", "0 0 0 1 1 *"
_PATIENCE = 15.0
SCHEDULES = [name for name in _DEFAULTS if name.endswith("_SCHEDULE")]
Objects = Mapping[str, Manifest | None]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all scenarios of a process share."""

    cluster: SandboxCluster
    git: SandboxGit
    tool: ManifestTool


class MovedClock:
    """The machine's clock, moved on by `advance`."""

    def __init__(self) -> None:
        self._ahead = timedelta(0)

    def now(self) -> datetime:
        return SystemClock().now() + self._ahead

    def advance(self, by: timedelta) -> None:
        self._ahead += by


class _Ports(Ports):
    def __init__(self, settings: Settings, tool: ManifestTool, clock: Clock) -> None:
        super().__init__(settings)
        self._tool, self._clock = tool, clock

    @cached_property
    def clock(self) -> Clock:
        return self._clock

    @cached_property
    def tool(self) -> ManifestTool:
        return self._tool

    def close(self) -> None:
        assert isinstance(self.connector, KubernetesConnector)
        self.connector.close()
        self._database.close()


class LocalWorld:
    """One scenario. `name` is its repository and its namespace; timers fire each second unless told."""

    def __init__(
        self,
        around: Surroundings,
        folder: Path,
        name: str,
        *,
        poll: str = SECOND,
        drift: str = SECOND,
        retry_bugs_at_once: bool = False,
        kubeconfig: Mapping[str, Any] | None = None,
    ) -> None:
        self.name, self.url = name, f"https://github.com/scenario/{name}.git"
        self.clock, self._around, self._stack = MovedClock(), around, ExitStack()
        self.cluster_url = around.cluster.url
        path = folder / "kubeconfig"
        write_kubeconfig(path, dict(kubeconfig or around.cluster.kubeconfig()))
        connector = KubernetesConnector(KubeconfigCredentials(around.cluster.kubeconfig()))
        self._stack.callback(connector.close)
        self.objects = connector.connect("").objects
        around.git.create(f"scenario/{name}", {"README.md": b"A scenario.\n"})
        served = around.git.served_url(f"scenario/{name}")
        self.copy = self._stack.enter_context(WorkingCopy(served, folder / "copy"))
        timers = dict.fromkeys(SCHEDULES, NEVER) | {
            "TIDEGATE_POLL_SCHEDULE": poll,
            "TIDEGATE_DRIFT_SCHEDULE": drift,
        }
        environment = self._environment(folder, path) | timers
        self._start(environment, retry_bugs_at_once)

    def _start(self, environment: dict[str, str], retry_bugs_at_once: bool) -> None:
        settings = load_settings(environment)
        ports = _Ports(settings, self._around.tool, self.clock)
        self.world = World(settings, ports)
        state = self._stack.enter_context(open_state(settings, self.clock))
        self.queues = state.queues
        config = read_config(ROOT / "host.json", environment)
        if retry_bugs_at_once:
            config = replace(config, queues=replace(config.queues, visibility_timeout=timedelta(0)))
        app = functions_of(self.world)
        host = Host(app, state.queues, config, documents=state.documents, clock=self.clock)
        self._stack.callback(ports.close)
        host.start()
        self._stack.callback(host.stop)
        self.host_url = host.url
        self.api = ApiClient(host.url, PASSWORD)
        self._stack.callback(self.api.close)

    def _environment(self, folder: Path, kubeconfig: Path) -> dict[str, str]:
        return {
            "TIDEGATE_HOME": str(folder / "home"),
            "TIDEGATE_PORT": "0",
            "TIDEGATE_KUBECONFIG": str(kubeconfig),
            "TIDEGATE_GITHUB_WEBHOOK_SECRETS": SECRET,
            "TIDEGATE_ADMIN_PASSWORD": PASSWORD,
            "TIDEGATE_NAMES": json.dumps({"https://github.com/": f"{self._around.git.url}/"}),
        }

    def close(self) -> None:
        self._stack.close()

    # what people do

    def push(self, objects: Objects, message: str = "Change") -> str:
        """Commit objects by their paths (None removes one) and push; the webhook is sent by `deliver`."""
        files = {path: json.dumps(found).encode() if found else None for path, found in objects.items()}
        return self.copy.commit(files, message)

    def create(self, name: str, *, automated: Mapping[str, bool] | None = None, **spec: Any) -> None:
        """Create an application of the folder `name` over the API; automated with prune and selfHeal."""
        wanted = {"prune": True, "selfHeal": True} if automated is None else dict(automated)
        policy: dict[str, Any] = {"syncOptions": ["CreateNamespace=true"]}
        if wanted:
            policy["automated"] = wanted
        manifest = {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "Application",
            "metadata": {"name": name, "namespace": "argocd"},
            "spec": {
                "project": "default",
                "source": {"repoURL": self.url, "targetRevision": "main", "path": name},
                "destination": {"name": "in-cluster", "namespace": self.name},
                "syncPolicy": policy,
                **spec,
            },
        }
        self.api.call("POST", "/api/v1/applications", manifest)

    def payload(self, before: str, after: str, *, repo_url: str = "") -> bytes:
        """What GitHub says of a push to main."""
        repository = {"clone_url": repo_url or self.url, "default_branch": "main"}
        commits = [{"id": after, "added": [], "removed": [], "modified": []}]
        ref = {"ref": "refs/heads/main", "before": before, "after": after, "forced": False}
        return json.dumps({**ref, "repository": repository, "commits": commits}).encode()

    def deliver(self, body: bytes, *, secret: str = SECRET, **headers: str) -> int:
        """Send a webhook as GitHub does; return the status of the answer."""
        signature = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        sent = {
            "Content-Type": "application/json",
            "X-GitHub-Event": "push",
            "X-Hub-Signature-256": signature,
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        with requests.post(f"{self.host_url}/api/webhook", body, headers=sent, timeout=30) as answer:
            assert "Traceback" not in answer.text
            return answer.status_code

    # what can be seen

    def live(self, kind: str, name: str) -> Manifest | None:
        return self.objects.get(TYPES[kind], self.name, name)

    def status(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.api.application(name)["status"]
        return found

    def conditions(self, name: str) -> str:
        """Type and message of each condition of an application, in one text."""
        return "; ".join(f"{each['type']}: {each['message']}" for each in self.status(name)["conditions"])

    def operation(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.status(name).get("operationState") or {}
        return found

    def is_at(self, name: str, commit: str) -> bool:
        """Synced and Healthy at this commit."""
        status = self.status(name)
        state = status["sync"]["status"], status["health"]["status"]
        return state == ("Synced", "Healthy") and status["sync"].get("revision") == commit

    def waiting(self) -> int:
        """Messages that are due or being worked on, in both queues."""
        now = self.clock.now()
        peeked = (each for name in ("events", "work") for each in self.queues(name).peek(100))  # type: ignore[attr-defined]
        return sum(each.due_at <= now + timedelta(seconds=90) for each in peeked)

    def changes(self) -> Counter[tuple[str, str, str]]:
        """The requests of Tidegate that changed something in the namespace: (verb, resource, name)."""
        return Counter(
            (request.verb, request.resource, request.name)
            for request in self._around.cluster.requests.changes()
            if request.namespace == self.name and (request.manager == "tidegate" or request.verb == "delete")
        )

    def eventually(self, met: Callable[[], bool], about: str = "", seconds: float = _PATIENCE) -> None:
        """Ask until it is so; Tidegate's time goes five times as fast meanwhile.

        Fails with what application `about` says of itself.
        """
        deadline = time.monotonic() + seconds
        while not met():
            if time.monotonic() > deadline:
                said = json.dumps(self.status(about), indent=1) if about and self.api.exists(about) else ""
                raise AssertionError(f"not so in {seconds} s\n{said}")
            time.sleep(0.05)
            self.clock.advance(timedelta(milliseconds=200))

    def comes_to(self, name: str, commit: str) -> None:
        self.eventually(lambda: self.is_at(name, commit), name)


def config_map(name: str, text: str = "hello", **metadata: Any) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, **metadata},
        "data": {"text": text},
    }


def deployment(name: str = "web", *, tag: str = "1", replicas: int = 1, **metadata: Any) -> Manifest:
    container = {"name": "web", "image": f"registry.example/{name}:{tag}"}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, **metadata},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container]}},
        },
    }
