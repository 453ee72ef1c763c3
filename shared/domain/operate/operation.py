"""One sync of one application: a value that each step replaces."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.plan.sync_plan import Action, SyncTask


class Phase(StrEnum):
    """Source: Argo CD pkg/apis/application/v1alpha1 (OperationPhase)."""

    RUNNING = "Running"
    TERMINATING = "Terminating"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    ERROR = "Error"

    @property
    def completed(self) -> bool:
        return self in (Phase.SUCCEEDED, Phase.FAILED, Phase.ERROR)


class ResultStatus(StrEnum):
    """Source: Argo CD gitops-engine/pkg/sync/common (ResultCode)."""

    SYNCED = "Synced"
    SYNC_FAILED = "SyncFailed"
    PRUNED = "Pruned"
    PRUNE_SKIPPED = "PruneSkipped"


@dataclass(frozen=True, slots=True)
class TaskResult:
    key: ResourceKey
    status: ResultStatus
    message: str


@dataclass(frozen=True, slots=True)
class Initiator:
    """Who asked: a user name, or Tidegate itself."""

    username: str = ""
    automated: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """`tasks` is the plan; a task is done when `results` has its key. Times are aware UTC.

    `heals` means that the revision was applied before and only drift is put back (no history entry).
    `started_at` is that of the first attempt, `begun_at` that of this one, None before its first step.
    `unseen`: something was written since health was last looked at.
    """

    id: str
    revisions: tuple[str, ...]
    tasks: tuple[SyncTask, ...]
    started_at: datetime
    initiator: Initiator
    phase: Phase = Phase.RUNNING
    message: str = ""
    results: tuple[TaskResult, ...] = ()
    finished_at: datetime | None = None
    retry_count: int = 0
    heals: bool = False
    rollback: bool = False
    dry_run: bool = False
    trace: str = ""
    only: tuple[ResourceKey, ...] = ()
    confirmed: bool = False
    begun_at: datetime | None = None
    unseen: bool = False

    def pending(self) -> tuple[SyncTask, ...]:
        """The tasks that still have something to do, in their order."""
        done = {result.key for result in self.results}
        return tuple(task for task in self.tasks if task.key not in done and task.action is not Action.CHECK)
