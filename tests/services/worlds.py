"""The engine of shared/bootstrap.py on ports in memory: nothing leaves the process, time stands still."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

from shared.adapters.memory.blob_store import MemoryBlobStore
from shared.adapters.memory.credential_store import MemoryCredentialStore
from shared.adapters.memory.document_store import MemoryDocumentStore
from shared.adapters.memory.lease import MemoryLeases
from shared.adapters.memory.secret_vault import MemoryVaults
from shared.adapters.memory.work_queue import MemoryQueues, MemoryWorkQueue
from shared.adapters.system.clock import FixedClock
from shared.bootstrap import World
from shared.domain.events.git_push import GitPush
from shared.domain.manifests.manifest import Manifest
from shared.domain.record.application_status import ApplicationStatus
from shared.domain.specs.app_ref import AppRef
from shared.homes import Ports
from shared.settings import Settings
from tests.services.memory_cluster import MemoryCluster, MemoryConnector
from tests.services.memory_git import MemoryGit, MemoryTool

REPO = "https://github.com/my-org/shop.git"
SHOP = AppRef("argocd", "shop")
_CLAIM_SECONDS = 30.0
_MANY = 200


class MemorySealing:
    """Sealing that anybody could open, but only with the context that it was sealed with."""

    def seal(self, data: bytes, context: str) -> bytes:
        return context.encode() + b"\0" + base64.b64encode(data)

    def open(self, sealed: bytes, context: str) -> bytes:
        found, _, data = sealed.partition(b"\0")
        if found != context.encode():
            raise ValueError("sealed with another context")
        return base64.b64decode(data)

    def fingerprint(self, data: bytes) -> str:
        return hashlib.blake2b(data, key=b"memory", digest_size=16).hexdigest()


class NumberedRandom:
    """Tokens that differ in their first digits, too, and are the same in each run."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def token(self) -> str:
        return hashlib.blake2b(str(next(self._numbers)).encode(), digest_size=16).hexdigest()


class MemoryPorts(Ports):
    """Every port in memory; `cluster` is the local one, `clusters` all by their reference."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.memory_clock = FixedClock()
        self.queues = MemoryQueues(self.memory_clock)
        self.cluster = MemoryCluster()
        self.clusters = {"": self.cluster}
        self.memory_git = MemoryGit()
        self.memory_tool = MemoryTool(self.memory_git)
        # cached properties of the base class, made beforehand
        self.clock, self.random = self.memory_clock, NumberedRandom()
        self.documents, self.blobs = MemoryDocumentStore(), MemoryBlobStore()
        self.work, self.leases = self.queues("work"), MemoryLeases(self.memory_clock)
        self.sealing, self.credentials = MemorySealing(), MemoryCredentialStore()
        self.git, self.tool = self.memory_git, self.memory_tool
        self.vault = self.vaults = MemoryVaults(self.memory_clock)
        self.connector = MemoryConnector(self.clusters)

    def queue(self, name: str) -> MemoryWorkQueue:
        return self.queues(name)

    def cluster_references(self) -> list[tuple[str, str]]:
        return [(name, f"https://{name}.invalid") for name in self.clusters if name]


class Engine(World):
    """The services, and what a test wants to do with them."""

    def __init__(self, **settings: Any) -> None:
        self.memory = MemoryPorts(Settings(home=Path("nowhere"), **settings))
        super().__init__(self.memory.settings, self.memory)
        self.clock, self.cluster = self.memory.memory_clock, self.memory.cluster
        self.git, self.tool = self.memory.memory_git, self.memory.memory_tool
        self.queue, self.vaults = self.memory.queues("work"), self.memory.vaults

    def add(self, manifest: Manifest | None = None) -> AppRef:
        """Create an application as a user of the API would."""
        return self.create_application(manifest or application(), upsert=False, who="tests")

    def run_due(self) -> int:
        """Do the work of every message that is due now; return how many there were."""
        done = 0
        while (message := self.queue.receive(_CLAIM_SECONDS)) is not None:
            self.do_work(message.text)
            self.queue.complete(message)
            done += 1
            assert done < _MANY, "the engine does not come to rest"
        return done

    def run_for(self, seconds: float) -> int:
        """Let time go by from message to message; return how many were done."""
        end = self.clock.now() + timedelta(seconds=seconds)
        done = self.run_due()
        while (waiting := self.queue.peek(1)) and waiting[0].due_at <= end:
            self.clock.advance(max(waiting[0].due_at - self.clock.now(), timedelta(0)))
            done += self.run_due()
        self.clock.advance(end - self.clock.now())
        return done

    def status(self, ref: AppRef = SHOP) -> ApplicationStatus:
        return self.rows.status(ref).status

    def state(self, ref: AppRef = SHOP) -> tuple[str, str]:
        """(sync, health) in Argo CD's words."""
        status = self.status(ref)
        return status.sync.value, status.health.status.value

    def push(self, files: Mapping[str, object]) -> GitPush:
        """Push to main and return what GitHub would tell of it."""
        before = self.git.head(REPO)
        after = self.git.push(REPO, files)
        return GitPush(REPO, "refs/heads/main", before, after, "main", None, "delivery")


def engine(files: Mapping[str, object] | None = None, **settings: Any) -> Engine:
    """An engine with one repository; by default it holds one ConfigMap in `shop/`."""
    made = Engine(**settings)
    made.git.push(REPO, files if files is not None else {"shop/greeting.yaml": config_map("greeting")})
    return made


def synced_engine(files: Mapping[str, object] | None = None) -> Engine:
    """An engine whose application `shop` is Synced and Healthy, with nothing left to do."""
    made = engine(files)
    made.add()
    made.run_for(5)
    assert made.state() == ("Synced", "Healthy")
    return made


def application(
    name: str = "shop", *, path: str = "", policy: Mapping[str, Any] | None = None, **spec: Any
) -> Manifest:
    """An Application of `path` (its name by default); automated with prune and selfHeal unless told."""
    automated = {"automated": {"prune": True, "selfHeal": True}}
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": name, "namespace": "argocd"},
        "spec": {
            "project": "default",
            "source": {"repoURL": REPO, "targetRevision": "main", "path": path or name},
            "destination": {"server": "https://kubernetes.default.svc", "namespace": "shop"},
            "syncPolicy": dict(policy) if policy is not None else automated,
            **spec,
        },
    }


def config_map(name: str, text: str = "hello", **metadata: Any) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, **metadata},
        "data": {"text": text},
    }
