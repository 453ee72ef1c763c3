"""One sandbox cluster: store, controllers and the HTTP API, started and stopped together."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sandbox.cluster.access.rbac import Rbac
from sandbox.cluster.access.reviews import Reviews
from sandbox.cluster.access.users import ADMIN, Users
from sandbox.cluster.bodies import Bodies
from sandbox.cluster.certificates import Certificates
from sandbox.cluster.control_loop import Controller, ControlLoop
from sandbox.cluster.controllers.balancers import Balancers
from sandbox.cluster.controllers.daemon_sets import DaemonSets
from sandbox.cluster.controllers.definitions import Definitions, serve_established
from sandbox.cluster.controllers.deployments import Deployments
from sandbox.cluster.controllers.disruption_budgets import DisruptionBudgets
from sandbox.cluster.controllers.endpoints import Endpoints
from sandbox.cluster.controllers.garbage import Garbage
from sandbox.cluster.controllers.jobs import Jobs
from sandbox.cluster.controllers.namespaces import Namespaces
from sandbox.cluster.controllers.pods import Pods
from sandbox.cluster.controllers.replica_sets import ReplicaSets
from sandbox.cluster.controllers.stateful_sets import StatefulSets
from sandbox.cluster.controllers.volumes import Volumes
from sandbox.cluster.deletion import Deletions
from sandbox.cluster.event_writer import EventWriter
from sandbox.cluster.hand import Hand
from sandbox.cluster.lifecycle import Timestamps
from sandbox.cluster.merge_program import POOLS, PROGRAM, FieldMerge
from sandbox.cluster.objects import Objects
from sandbox.cluster.openapi.documents import OpenApi
from sandbox.cluster.owners import Owners
from sandbox.cluster.recorder import leave
from sandbox.cluster.registry import Registry
from sandbox.cluster.request_log import RequestLog
from sandbox.cluster.routes import Routes
from sandbox.cluster.seeds import seed
from sandbox.cluster.state import state_at
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
    may look back. `state` is a file from which the cluster goes on after a restart, with its tokens and its
    certificate authority. Without `anonymous` a request needs a token; `tls` makes kubectl send it.
    """

    def __init__(  # noqa: PLR0913 - what a sandbox can be, all but its name by keyword
        self,
        name: str = "sandbox",
        *,
        merge_program: Path | None = None,
        requests: RequestLog | None = None,
        clock: Clock = SystemClock(),
        pod_seconds: float = 0.05,
        history: int = 2000,
        state: Path | None = None,
        anonymous: bool = True,
        tls: bool = False,
    ) -> None:
        self.name = name
        self.requests = requests or RequestLog()
        self.store = Store(history)
        self._program = merge_program or PROGRAM
        self._state = state_at(state)
        self._users = Users(self._state, anonymous=anonymous)
        self._certificates = Certificates.of(self._state) if tls else None
        self._port, self._closing = 0, False
        timestamps, registry, owners = Timestamps(clock), Registry(), Owners()
        merge = FieldMerge(POOLS.take(self._program))
        writes = Writes(self.store, registry, merge, timestamps)
        deletions = Deletions(self.store, timestamps)
        events = EventWriter(self.store, timestamps)
        self._hand = Hand(self.store, registry, writes, deletions, owners, timestamps, events, pod_seconds)
        self._loop = ControlLoop(_controllers(self._hand))
        rbac = Rbac(self.store)
        reviews, bodies = Reviews(rbac, self._users, timestamps), Bodies(merge.unprotobuf)
        objects = Objects(self._hand, bodies, reviews)
        objects.stopped = lambda: self._closing
        openapi = OpenApi(registry.kinds, merge)
        self._routes = Routes(objects, openapi, self._users, rbac, self.requests)
        self._wire: Wire | None = None

    def start(self, port: int = 0) -> None:
        """Fill the cluster and listen; port 0 takes a free one. Raises OSError when the port is taken."""
        self.store.listen(self._hand.owners.see)
        self.store.listen(self._loop.see)
        self._fill()
        self._loop.start()
        self._wire = self._listen(port)
        self._port = self._wire.port

    def _fill(self) -> None:
        """With what was there before a restart, or with what a new cluster has."""
        objects, version = self._state.objects()
        self.store.load(objects, version)
        serve_established(self.store, self._hand.registry)
        self.store.listen(self._state.see)
        if not objects:
            seed(self._hand)

    def _listen(self, port: int) -> Wire:
        return Wire(self._routes, port, self._certificates.context() if self._certificates else None)

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`, https with `tls`."""
        return f"{'https' if self._certificates else 'http'}://127.0.0.1:{self._port}"

    def kubeconfig(self, user: str = ADMIN) -> dict[str, Any]:
        """A kubeconfig document; its context has the cluster's name.

        `admin` may do everything, `viewer` has the ClusterRole view, any other user what RoleBindings give.
        """
        name = self.name if user == ADMIN else f"{self.name}-{user}"
        context = {"cluster": self.name, "user": name, "namespace": "default"}
        cluster = {"server": self.url}
        if self._certificates:
            authority = b64encode(self._certificates.authority.encode()).decode()
            cluster["certificate-authority-data"] = authority
        return {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": self.name, "cluster": cluster}],
            "users": [{"name": name, "user": {"token": self._users.token_of(user)}}],
            "contexts": [{"name": self.name, "context": context}],
            "current-context": self.name,
        }

    def trust(self, accepts: Callable[[str], bool]) -> None:
        """Let in who brings a token that `accepts` knows, with all rights, besides the cluster's own."""
        self._users.trusted = accepts

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
            self._wire = self._listen(self._port)

    def close(self) -> None:
        """Stop listening, end watches and controllers."""
        if self._closing:
            return
        if self._wire:
            self._wire.close()  # before watches are told to end: they are cut, as by a process that goes
        self._closing = True
        self.store.wake()
        self._loop.close()
        self._state.close()
        leave(self.requests.all(), os.environ)
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
        Endpoints(hand),
        DisruptionBudgets(hand),
    )
