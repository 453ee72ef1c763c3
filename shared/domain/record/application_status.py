"""What the engine remembers of an application between two messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from shared.domain.compare.comparison import SyncStatus
from shared.domain.health.health import Health, HealthStatus
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.operate.auto_sync import LastAttempt
from shared.domain.operate.operation import Initiator, Operation
from shared.domain.record.stage_clock import StageClock

# the reasons that begin a change; any other is a look at one that has begun
BEGINNINGS = frozenset({"push", "git", "spec", "sync"})


@dataclass(frozen=True, slots=True)
class Wake:
    """The one valid message of this application, and why it was sent.

    `reasons` are `git`, `push`, `live`, `spec`, `sync`, `refresh`, `hard`, `resume`, `child`.
    `token` is "" when nothing is due.
    """

    token: str = ""
    due: datetime | None = None
    reasons: tuple[str, ...] = ()
    traceparent: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """`type` ends in Error or Warning. Source: Argo CD pkg/apis/application/v1alpha1."""

    type: str
    message: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ResourceStatus:
    """One object of the application as last seen. `tracked`: we applied it, so it may be pruned."""

    key: ResourceKey
    version: str
    status: SyncStatus
    health: Health | None = None
    hosted: bool = False
    tracked: bool = False
    requires_pruning: bool = False
    wave: int = 0
    uid: str = ""


@dataclass(frozen=True, slots=True)
class SyncRequest:
    """A sync that somebody asked for and the worker has not started yet. Empty revisions = the head."""

    initiator: Initiator
    at: datetime
    revisions: tuple[str, ...] = ()
    prune: bool = False
    dry_run: bool = False
    confirmed: bool = False
    resources: tuple[ResourceKey, ...] = ()
    history_id: int | None = None


@dataclass(frozen=True, slots=True)
class Pin:
    """A rollback holds the application at `revisions` until its head is no longer `rejected`."""

    history_id: int
    revisions: tuple[str, ...]
    rejected: tuple[str, ...]
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Deletion:
    """The application is on its way out. After `deadline` it goes, whatever stands in its way.

    `origin` is that of its manifest: who has to be told must be known when the manifest is gone.
    """

    requested_at: datetime
    deadline: datetime
    cascade: str
    origin: str = ""


@dataclass(frozen=True, slots=True)
class ApplicationStatus:
    """Written by the engine only. `failures` counts UnavailableErrors in a row, for the backoff.

    `paused_at`: automation rests while the heads are these, since the store was lost and nobody knows
    which revision runs; empty = it does not rest. `generation` is that of the manifest as last looked at.
    """

    wake: Wake = Wake()
    epoch: int = 0
    failures: int = 0
    sync: SyncStatus = SyncStatus.UNKNOWN
    health: Health = Health(HealthStatus.MISSING)
    revisions: tuple[str, ...] = ()
    source_types: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    resources: tuple[ResourceStatus, ...] = ()
    conditions: tuple[Condition, ...] = ()
    operation: Operation | None = None
    retry_at: datetime | None = None
    requested: SyncRequest | None = None
    last: LastAttempt | None = None
    pin: Pin | None = None
    paused_at: tuple[str, ...] = ()
    deletion: Deletion | None = None
    next_history_id: int = 0
    reconciled_at: datetime | None = None
    verified: dict[str, str] = field(default_factory=dict)
    managed: bool = False
    generation: int = 0
    clock: StageClock = StageClock()


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One successful deployment. `sources` are the sources of the spec as they were, for a rollback."""

    id: int
    operation: str
    revisions: tuple[str, ...]
    sources: tuple[dict[str, object], ...]
    deployed_at: datetime
    started_at: datetime
    initiator: Initiator
    images: tuple[str, ...] = ()
    rollback_of: int | None = None


# msgspec learns a dataclass when it first meets it, and the process crashes when two threads are first at
# once: it is learnt here, where the import lets only one in
_LEARNT = tuple(msgspec.json.Decoder(each) for each in (ApplicationStatus, HistoryEntry, Pin))
