"""One sandbox cluster: store, controllers and the HTTP API, started and stopped together."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sandbox.cluster.bodies import Bodies
from sandbox.cluster.control_loop import Controller, ControlLoop
from sandbox.cluster.controllers.balancers import Balancers
from sandbox.cluster.controllers.daemon_sets import DaemonSets
from sandbox.cluster.controllers.definitions import Definitions
from sandbox.cluster.controllers.deployments import Deployments
from sandbox.cluster.controllers.garbage import Garbage
from sandbox.cluster.controllers.jobs import Jobs
from sandbox.cluster.controllers.namespaces import Namespaces
from sandbox.cluster.controllers.pods import Pods
from sandbox.cluster.controllers.replica_sets import ReplicaSets
from sandbox.cluster.controllers.stateful_sets import StatefulSets
from sandbox.cluster.controllers.volumes import Volumes
from sandbox.cluster.deletion import Deletions
from sandbox.cluster.hand import Hand
from sandbox.cluster.lifecycle import Timestamps
from sandbox.cluster.merge_program import POOLS, PROGRAM, FieldMerge
from sandbox.cluster.objects import Objects
from sandbox.cluster.openapi.documents import OpenApi
from sandbox.cluster.owners import Owners
from sandbox.cluster.registry import Registry
from sandbox.cluster.request_log import RequestLog
from sandbox.cluster.routes import Routes
from sandbox.cluster.seeds import seed
from sandbox.cluster.store import Store
from sandbox.cluster.wire import Wire
from sandbox.cluster.writes import Writes
from shared.adapters.system.clock import SystemClock
from shared.ports.clock import Clock


class Absence(StrEnum):
    """How a cluster is away: connections are refused, or answered with 503."""

    REFUSED = "refused"
    UNAVAILABLE = "unavailable"


class SandboxCluster:
    """A Kubernetes API on 127.0.0.1 whose workloads live. As many as wanted in one process.

    `pod_seconds` is how long a pod takes to its next state; `history` how many changes of each kind watches
    may look back.
    """

    def __init__(
        self,
        name: str = "sandbox",
        *,
        merge_program: Path | None = None,
        requests: RequestLog | None = None,
        clock: Clock = SystemClock(),
        pod_seconds: float = 0.05,
        history: int = 2000,
    ) -> None:
        self.name = name
        self.requests = requests or RequestLog()
        self.store = Store(history)
        self._program = merge_program or PROGRAM
        self._token = f"sandbox-{secrets.token_hex(8)}"
        self._port, self._closing = 0, False
        timestamps, registry, owners = Timestamps(clock), Registry(), Owners()
        merge = FieldMerge(POOLS.take(self._program))
        writes = Writes(self.store, registry, merge, timestamps)
        deletions = Deletions(self.store, timestamps)
        self._hand = Hand(self.store, registry, writes, deletions, owners, timestamps, pod_seconds)
        self._loop = ControlLoop(_controllers(self._hand))
        objects = Objects(self.store, registry, writes, deletions, Bodies(merge.unprotobuf), clock)
        objects.stopped = lambda: self._closing
        openapi = OpenApi(registry.kinds, merge.describe)
        self._routes = Routes(objects, openapi, self.requests, self._token)
        self._wire: Wire | None = None

    def start(self, port: int = 0) -> None:
        """Fill the cluster and listen; port 0 takes a free one. Raises OSError when the port is taken."""
        self.store.listen(self._hand.owners.see)
        self.store.listen(self._loop.see)
        seed(self._hand)
        self._loop.start()
        self._wire = Wire(self._routes, port)
        self._port = self._wire.port

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`"""
        return f"http://127.0.0.1:{self._port}"

    def kubeconfig(self) -> dict[str, Any]:
        """A kubeconfig document; its context has the cluster's name."""
        context = {"cluster": self.name, "user": self.name, "namespace": "default"}
        return {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": self.name, "cluster": {"server": self.url}}],
            "users": [{"name": self.name, "user": {"token": self._token}}],
            "contexts": [{"name": self.name, "context": context}],
            "current-context": self.name,
        }

    def trust(self, accepts: Callable[[str], bool]) -> None:
        """Let in who brings a token that `accepts` knows, besides the cluster's own."""
        self._routes.trusted = accepts

    def away(self, how: Absence = Absence.REFUSED) -> None:
        """Be unreachable until `back`; open connections and watches are cut. The controllers go on."""
        if how is Absence.UNAVAILABLE:
            self._routes.unavailable = True
        elif self._wire:
            self._wire.close()
            self._wire = None

    def back(self) -> None:
        """Be reachable again, at the same address."""
        self._routes.unavailable = False
        if self._wire is None:
            self._wire = Wire(self._routes, self._port)

    def close(self) -> None:
        """Stop listening, end watches and controllers."""
        if self._closing:
            return
        self._closing = True
        if self._wire:
            self._wire.close()
        self.store.wake()
        self._loop.close()
        POOLS.give_back(self._program)

    def __enter__(self) -> Self:
        """Start on a free port, unless it was started already."""
        if not self._port:
            self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _controllers(hand: Hand) -> Sequence[Controller]:
    return (
        Namespaces(hand),
        Definitions(hand),
        Garbage(hand),
        Deployments(hand),
        ReplicaSets(hand),
        StatefulSets(hand),
        DaemonSets(hand),
        Jobs(hand),
        Pods(hand),
        Balancers(hand),
        Volumes(hand),
    )
