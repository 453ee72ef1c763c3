"""One operation of one application: begun, carried on, finished."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from shared.domain.compare.comparison import SyncStatus
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.operate.advance import advance, with_results
from shared.domain.operate.auto_sync import Decision, LastAttempt
from shared.domain.operate.operation import Initiator, Operation, Phase
from shared.domain.plan.prune_guard import Footprint, require_confirmation
from shared.domain.plan.sync_plan import Action, PlanRequest, SyncPlan, plan_sync
from shared.domain.record.application_status import ApplicationStatus, HistoryEntry, Pin, SyncRequest
from shared.domain.record.confirmation import is_confirmed
from shared.domain.specs.sync_policy import RetryPolicy
from shared.domain.work.sync_retry import next_retry_at
from shared.log import bound
from shared.ports.clock import Clock
from shared.ports.random import Random
from shared.services.application_rows import ApplicationRows
from shared.services.application_scene import Scene
from shared.services.execute_tasks import ExecuteTasks
from shared.services.hosted_objects import HostedObjects

_AUTOMATED = Initiator(automated=True)
_AUTOMATED_RETRY = RetryPolicy(limit=5)
_CRD_WAIT = timedelta(seconds=1)


class RunOperation:
    """Plans under the guard, then does the steps that `advance` names, and records the end."""

    def __init__(
        self,
        rows: ApplicationRows,
        execute: ExecuteTasks,
        hosted: HostedObjects,
        clock: Clock,
        random: Random,
    ) -> None:
        self._rows, self._execute, self._hosted = rows, execute, hosted
        self._clock, self._random = clock, random

    def asked(self, scene: Scene, request: SyncRequest) -> Scene:
        """Begin what a person asked for. Raises UnsafePlanError while it is not confirmed."""
        plan = self._plan(scene, prune=request.prune, only=frozenset(request.resources))
        self._guard(scene, plan, confirmed=request.confirmed)
        operation = self._begin(scene, plan, request.initiator)
        operation = replace(
            operation,
            dry_run=request.dry_run,
            rollback=request.history_id is not None,
            only=request.resources,
            confirmed=request.confirmed,
        )
        return self._begun(scene, operation, _pin(scene, request))

    def automatic(self, scene: Scene, decision: Decision) -> Scene:
        """Begin an automated sync. Raises UnsafePlanError where the guard asks for a person."""
        automated = scene.app.sync_policy.automated
        prune = automated is not None and automated.prune
        plan = self._plan(scene, prune=prune, only=frozenset())
        self._guard(scene, plan, confirmed=False)
        operation = self._begin(scene, plan, _AUTOMATED)
        return self._begun(scene, replace(operation, heals=decision.heal), scene.status.pin)

    def retried(self, scene: Scene) -> Scene:
        """Begin the next attempt of an operation that failed, from a fresh comparison."""
        failed = scene.status.operation
        assert failed is not None  # noqa: S101
        prune = any(task.action is Action.PRUNE for task in failed.tasks)
        plan = self._plan(scene, prune=prune, only=frozenset(failed.only))
        self._guard(scene, plan, confirmed=failed.confirmed)
        operation = replace(
            self._begin(scene, plan, failed.initiator),
            retry_count=failed.retry_count,
            started_at=failed.started_at,
            heals=failed.heals,
            rollback=failed.rollback,
            only=failed.only,
            confirmed=failed.confirmed,
        )
        return self._begun(scene, operation, scene.status.pin)

    def proceed(self, scene: Scene) -> tuple[Scene, timedelta | None]:
        """Do every step that can be done now; the second value says when to look again, if waiting."""
        operation = scene.status.operation
        assert operation is not None  # noqa: S101
        while True:
            move = advance(operation, scene.health, self._clock.now())
            operation = move.operation
            if not move.steps:
                after = self._after(scene, operation)
                return after, move.wake_after or self._until_retry(after.status)
            before = len(operation.results)
            for batch in move.steps:
                results = self._execute(scene.site, batch, dry_run=operation.dry_run)
                operation = with_results(operation, results)
            if len(operation.results) == before:
                return self._after(scene, operation), _CRD_WAIT

    def _after(self, scene: Scene, operation: Operation) -> Scene:
        applied = frozenset(task.key for task in operation.tasks if task.action is Action.APPLY)
        tracked = scene.tracked if operation.dry_run else scene.tracked | applied
        status = replace(scene.status, operation=operation, managed=scene.status.managed or bool(applied))
        if operation.phase.completed:
            status = self._finished(scene, status, operation)
        return replace(scene, status=status, tracked=tracked)

    def _finished(self, scene: Scene, status: ApplicationStatus, operation: Operation) -> ApplicationStatus:
        if operation.dry_run:
            return status
        retry_at = self._retry_at(scene, operation)
        if retry_at is not None:
            attempts = operation.retry_count + 1
            message = f"{operation.message}. Retrying attempt #{attempts} at {retry_at:%H:%M:%S}"
            waiting = replace(operation, phase=Phase.RUNNING, message=message, retry_count=attempts)
            return replace(status, operation=waiting, retry_at=retry_at)
        last = self._last(scene, status, operation)
        clock = replace(status.clock, applied=status.clock.applied or operation.finished_at)
        status = replace(status, last=last, retry_at=None, clock=clock)
        if operation.phase is Phase.SUCCEEDED and not operation.heals and not _selective(scene, operation):
            status = self._recorded(scene, status, operation)
        return status

    def _recorded(self, scene: Scene, status: ApplicationStatus, operation: Operation) -> ApplicationStatus:
        """The history row goes before the status that says so: a crash between them repeats the same id."""
        entry = HistoryEntry(
            id=status.next_history_id,
            operation=operation.id,
            revisions=operation.revisions,
            sources=_sources_as_written(scene),
            deployed_at=operation.finished_at or self._clock.now(),
            started_at=operation.started_at,
            initiator=operation.initiator,
            images=status.images,
            rollback_of=status.pin.history_id if operation.rollback and status.pin else None,
        )
        self._rows.add_history(scene.stored.ref, entry, scene.app.revision_history_limit)
        return replace(status, next_history_id=status.next_history_id + 1)

    def _last(self, scene: Scene, status: ApplicationStatus, operation: Operation) -> LastAttempt:
        before = status.last
        again = before is not None and before.revisions == operation.revisions and operation.heals
        heals = before.heals + 1 if again and before is not None else 0
        finished = operation.finished_at or self._clock.now()
        return LastAttempt(operation.revisions, scene.parameters, operation.phase, finished, heals)

    def _retry_at(self, scene: Scene, operation: Operation) -> datetime | None:
        before = scene.status.operation
        if before is not None and before.phase is Phase.TERMINATING:
            return None  # a person has ended it. Source: Argo CD does not retry what was terminated
        policy = scene.app.sync_policy.retry
        if policy is None and operation.initiator.automated:
            policy = _AUTOMATED_RETRY
        if operation.phase is not Phase.FAILED or policy is None or policy.limit == 0:
            return None
        finished = operation.finished_at or self._clock.now()
        return next_retry_at(finished, operation.retry_count + 1, policy)

    def _until_retry(self, status: ApplicationStatus) -> timedelta | None:
        return None if status.retry_at is None else max(status.retry_at - self._clock.now(), timedelta(0))

    def _plan(self, scene: Scene, *, prune: bool, only: frozenset[ResourceKey]) -> SyncPlan:
        options = scene.app.sync_policy.options
        namespace = scene.app.destination.namespace if options.create_namespace else ""
        request = PlanRequest(prune, options, namespace, only, write_all=not scene.status.managed)
        return plan_sync(scene.comparison, request)

    def _guard(self, scene: Scene, plan: SyncPlan, *, confirmed: bool) -> None:
        pruned = [task.key for task in plan.tasks if task.action is Action.PRUNE]
        live = [diff.key for diff in scene.comparison.resources if diff.live is not None]
        children = [key for key in live if key in scene.site.hosted]
        reach = self._hosted.reach(
            scene.app.ref, children, [key for key in pruned if key in scene.site.hosted]
        )
        footprint = Footprint(live, reach.removed, len(live) - len(children) + reach.reachable)
        automated = scene.app.sync_policy.automated
        allowed = automated is not None and automated.allow_empty
        approved = confirmed or is_confirmed(scene.app.deletion_approved, scene.status, self._clock.now())
        require_confirmation(str(scene.app.ref), plan, footprint, confirmed=approved, allow_empty=allowed)

    def _begin(self, scene: Scene, plan: SyncPlan, initiator: Initiator) -> Operation:
        return Operation(
            id=self._random.token()[:12],
            revisions=plan.revisions,
            tasks=plan.tasks,
            started_at=self._clock.now(),
            initiator=initiator,
            # what heals is no part of the change that the clock is of
            trace=bound("trace") or scene.status.clock.trace,
        )

    def _begun(self, scene: Scene, operation: Operation, pin: Pin | None) -> Scene:
        """The inventory is in the row before the first write: nothing that we create can be forgotten."""
        applied = frozenset(task.key for task in operation.tasks if task.action is Action.APPLY)
        tracked = scene.tracked if operation.dry_run else scene.tracked | applied
        resources = tuple(
            replace(found, tracked=found.tracked or found.key in tracked) for found in scene.status.resources
        )
        status = replace(
            scene.status,
            operation=operation,
            requested=None,
            retry_at=None,
            pin=pin,
            resources=resources,
            paused_at=(),
        )
        return replace(scene, status=status, tracked=tracked)


def _pin(scene: Scene, request: SyncRequest) -> Pin | None:
    """A rollback pins, unless it goes to where the head is; any other sync by a person lifts the pin."""
    if request.dry_run:
        return scene.status.pin
    if request.history_id is None or request.revisions == scene.resolution.heads:
        return None
    return Pin(
        request.history_id, request.revisions, scene.resolution.heads, request.initiator.username, request.at
    )


def _selective(scene: Scene, operation: Operation) -> bool:
    """Whether something that is OutOfSync was left out on purpose: that is no deployment."""
    declared = [diff for diff in scene.comparison.resources if diff.desired is not None]
    changed = {diff.key for diff in declared if diff.status is not SyncStatus.SYNCED}
    return bool(changed - {task.key for task in operation.tasks})


def _sources_as_written(scene: Scene) -> tuple[dict[str, object], ...]:
    if scene.pinned is not None:
        return scene.pinned.sources
    spec = scene.stored.manifest["spec"]
    sources = spec.get("sources") or [spec["source"]]
    return tuple(dict(source) for source in sources)
