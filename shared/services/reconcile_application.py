"""Use case: one message, one application: look, decide, do what can be done now, remember, sleep."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.domain.compare.comparison import SyncStatus
from shared.domain.health.health import HealthStatus
from shared.domain.operate.auto_sync import LastAttempt, decide
from shared.domain.operate.operation import Operation, Phase
from shared.domain.record.application_status import BEGINNINGS, ApplicationStatus, Condition, Wake
from shared.domain.record.observation import unknown
from shared.domain.record.stage_clock import StageClock
from shared.domain.specs.app_ref import AppRef
from shared.domain.specs.application import Application
from shared.domain.work.backoff import wait_after
from shared.domain.work.message import WorkMessage
from shared.domain.work.trace import trace_id, traceparent_of
from shared.errors import ConflictError, Retry, TidegateError, UnavailableError, UnsafePlanError
from shared.log import bind
from shared.ports.clock import Clock
from shared.ports.lease import Lease, Leases
from shared.ports.random import Random
from shared.services.application_rows import ApplicationRows, StoredApplication, StoredStatus
from shared.services.application_scene import Scene
from shared.services.delete_application import DeleteApplication
from shared.services.follow_progress import FollowProgress
from shared.services.look_at_application import LookAtApplication
from shared.services.resolve_sources import FRESH
from shared.services.run_operation import RunOperation
from shared.services.wake_applications import WakeApplications

log = logging.getLogger(__name__)
_BUSY = timedelta(seconds=2)
_HEALTH_POLL = timedelta(seconds=2)
_SLOW_POLL = timedelta(seconds=30)
_CHILD = timedelta(milliseconds=200)
_SAVES = 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """The new status; when to look again (None: when something happens) and why. `removed`: it is gone."""

    status: ApplicationStatus
    wake_after: timedelta | None = None
    reason: str = "resume"
    removed: bool = False


@dataclass(slots=True)
class _Turn:
    """One holder of the lease: the row as it was at first and as last written."""

    stored: StoredStatus
    lease: Lease
    token: str
    began: ApplicationStatus
    trace: str


@dataclass(frozen=True, slots=True)
class Reconciling:
    """The ports and services of the use case."""

    rows: ApplicationRows
    leases: Leases
    wake: WakeApplications
    look: LookAtApplication
    run: RunOperation
    delete: DeleteApplication
    progress: FollowProgress
    clock: Clock
    random: Random


class ReconcileApplication:
    """Safe to run twice with the same message; a message whose token is not the row's is dropped."""

    def __init__(self, use: Reconciling) -> None:
        self._use = use

    def __call__(self, message: WorkMessage) -> None:
        ref = AppRef.parse(message.subject)
        stored = self._use.rows.status(ref)
        if stored.status.wake.token != message.token:
            log.debug("stale message dropped", extra={"application": str(ref)})
            return
        lease = self._use.leases.acquire(f"application:{ref}")
        if lease is None:
            self._use.wake.send_again(message, _BUSY)
            return
        trace = trace_id(message.traceparent) or self._use.random.token()
        try:
            with bind(application=str(ref), trace=trace):
                # read again under the lease: the holder before us may have written
                stored = self._use.rows.status(ref)
                self._take_turn(ref, _Turn(stored, lease, message.token, stored.status, trace))
        finally:
            self._use.leases.release(lease)

    def _take_turn(self, ref: AppRef, turn: _Turn) -> None:
        if turn.stored.status.wake.token != turn.token:
            return
        began = self._use.clock.now()
        stored = self._use.rows.application(ref)
        before = turn.stored.status
        if stored is None:
            self._remove(ref, before)
            return
        outcome = self._outcome(stored, turn)
        if outcome.removed:
            self._remove(ref, before)
            return
        changed = _seen(before) != _seen(outcome.status)
        if changed:  # before the row says so: after it, a crash would leave the parent untold for good
            self._tell_parent(stored.origin)
        self._finish(turn, replace(outcome, status=replace(outcome.status, generation=stored.generation)))
        if changed:  # it may have looked already, had the write taken long
            self._tell_parent(stored.origin)
        took = (self._use.clock.now() - began).total_seconds()
        self._use.progress(stored, before, outcome.status, took)

    def _remove(self, ref: AppRef, status: ApplicationStatus) -> None:
        """The parent is told when the manifest is gone, and before the row goes that lets us in again."""
        self._use.rows.remove_manifest(ref)
        if status.deletion is not None:
            self._tell_parent(status.deletion.origin)
        self._use.rows.remove(ref)
        log.info("application removed", extra={"application": str(ref)})

    def _outcome(self, stored: StoredApplication, turn: _Turn) -> Outcome:
        status = self._started(turn.stored.status, turn.trace)
        try:
            if status.deletion is not None:
                return self._removal(stored, status)
            return self._reconciled(stored, turn, status)
        except TidegateError as error:
            return self._failed(turn, status, error)

    def _started(self, status: ApplicationStatus, trace: str) -> ApplicationStatus:
        """A new change starts a new clock; a look for another reason lets the last one stand."""
        fresh = BEGINNINGS & set(status.wake.reasons)
        if not fresh or (status.operation and not status.operation.phase.completed):
            return status
        return replace(
            status, clock=StageClock(trace=trace, received=status.wake.due or self._use.clock.now())
        )

    def _removal(self, stored: StoredApplication, status: ApplicationStatus) -> Outcome:
        left = self._use.delete(stored, status)
        return Outcome(left.status, left.wake_after, removed=left.gone)

    def _reconciled(self, stored: StoredApplication, turn: _Turn, status: ApplicationStatus) -> Outcome:
        if _is_left_alone(stored, status):
            return Outcome(status)
        scene = self._use.look(stored, status)
        try:
            scene, wait = self._begin(scene)
        except UnsafePlanError as error:
            return Outcome(_refused(scene.status, error, self._use.clock.now()))
        operation = scene.status.operation
        if operation is None or operation.phase.completed or scene.status.retry_at is not None:
            return self._settled(scene, wait)
        if operation != status.operation:
            # the plan is in the row before the first write to the cluster
            turn.stored = self._save(turn, scene.status)
        scene, wait = self._use.run.proceed(scene)
        scene = self._use.look.again(scene)
        return self._settled(scene, wait)

    def _begin(self, scene: Scene) -> tuple[Scene, timedelta | None]:
        """Carry on, start what was asked for, retry, or decide whether to sync by itself."""
        status = scene.status
        now = self._use.clock.now()
        if _waits_or_runs(status) and not _superseded(scene):
            if status.retry_at is None:
                return scene, None
            return (
                (self._use.run.retried(scene), None)
                if now >= status.retry_at
                else (scene, status.retry_at - now)
            )
        if status.requested is not None:
            return self._use.run.asked(scene, status.requested), None
        return self._by_itself(scene, now)

    def _by_itself(self, scene: Scene, now: datetime) -> tuple[Scene, timedelta | None]:
        """Sync without being asked, where the policy says so and nothing holds it back."""
        status = scene.status
        if scene.restored and scene.comparison.status is SyncStatus.SYNCED:
            # what runs is what Git says: go on as if we had deployed it
            last = LastAttempt(scene.comparison.revisions, scene.parameters, Phase.SUCCEEDED, now)
            return replace(scene, status=replace(status, last=last)), None
        resting = scene.restored and not _only_hosted_are_missing(scene)
        if resting or (status.paused_at and status.paused_at == scene.resolution.heads):
            return _resting(scene, now), None
        if status.pin is not None and not _drifted(scene):
            return scene, None
        automated = scene.app.sync_policy.automated
        decision = decide(
            automated, scene.comparison, scene.parameters, status.last, now, scene.app.sync_policy.options
        )
        if not decision.sync:
            return _with_refusal(scene, decision.reason, now), decision.wait
        return self._use.run.automatic(scene, decision), None

    def _settled(self, scene: Scene, wait: timedelta | None) -> Outcome:
        status = replace(scene.status, failures=0)
        if status.health.status is HealthStatus.HEALTHY and status.clock.applied and not status.clock.healthy:
            status = replace(status, clock=replace(status.clock, healthy=self._use.clock.now()))
        if wait is None and status.health.status is HealthStatus.PROGRESSING:
            wait = _HEALTH_POLL
        elif wait is None and status.health.status is HealthStatus.DEGRADED:
            wait = _SLOW_POLL
        if _is_at_rest(status) and self._use.look.is_behind(scene):
            # what was pushed while an operation held its revision, or before we were known to read it
            return Outcome(status, timedelta(0), "git")
        return Outcome(status, wait)

    def _failed(self, turn: _Turn, status: ApplicationStatus, error: TidegateError) -> Outcome:
        """An expected error is part of the status: the message completes, the row says what happens next."""
        latest = turn.stored.status if turn.stored.status.operation != status.operation else status
        log.info("reconcile failed", extra={"error": str(error), "error_class": type(error).__name__})
        latest = _with_condition(latest, error, self._use.clock.now())
        if error.condition != "SyncError":
            latest = unknown(latest)
        if error.retry is Retry.NEVER:
            # what has begun has deadlines, which only a look can see pass
            unfinished = latest.deletion is not None or _waits_or_runs(latest)
            refused = _without_request(latest, error, self._use.clock.now())
            return Outcome(refused, _SLOW_POLL if unfinished else None)
        failures = latest.failures + 1
        wish = error.retry_after_seconds if isinstance(error, UnavailableError) else None
        return Outcome(replace(latest, failures=failures), wait_after(failures, wish))

    def _finish(self, turn: _Turn, outcome: Outcome) -> None:
        """Write the end of this turn with its next wake, then send that wake."""
        wake = Wake()
        if outcome.wake_after is not None:
            asked = FRESH & set(turn.began.wake.reasons) if outcome.status.failures else ()
            reasons = (outcome.reason, *sorted(asked))
            # what goes on goes on under its trace, also where no event gave it one
            wake = self._use.wake.later(outcome.wake_after, reasons, traceparent_of(turn.trace))
        written = self._save(turn, replace(outcome.status, wake=wake), ends=True)
        if wake.token and written.status.wake == wake:
            self._use.wake.send(written.ref, wake)

    def _save(self, turn: _Turn, status: ApplicationStatus, *, ends: bool = False) -> StoredStatus:
        """Write what we know; what others ask for meanwhile (a wake, a sync, a deletion) is kept.

        Raises ConflictError when another holder has taken over: this one was paused too long.
        """
        stored = turn.stored
        for _ in range(_SAVES):
            current = stored.status
            if current.epoch > turn.lease.epoch:
                raise ConflictError(f"Application {stored.ref}: another worker has taken over")
            merged = _with_wishes_of(replace(status, epoch=turn.lease.epoch), current, turn.began)
            if current.wake.token != turn.token:
                merged = replace(merged, wake=current.wake)
            elif not ends:
                # what wakes us from here on, our own echo above all, does not start this change again
                merged = replace(merged, wake=replace(current.wake, reasons=()))
            try:
                turn.stored = self._use.rows.save(stored, merged)
            except ConflictError:
                stored = self._use.rows.status(stored.ref)
                continue
            return turn.stored
        raise ConflictError(f"Application {stored.ref}: its status did not stand still")

    def _tell_parent(self, origin: str) -> None:
        if origin.startswith("parent:"):
            self._use.wake.soon(AppRef.parse(origin.removeprefix("parent:")), "child", _CHILD)


def _is_left_alone(stored: StoredApplication, status: ApplicationStatus) -> bool:
    """The annotation skip-reconcile: nothing is looked at or done, unless a person asks or it has begun.

    Source: Argo CD controller/appcontroller.go (skip-reconcile), where it holds back what people ask, too.
    """
    asked = status.requested is not None or _waits_or_runs(status)
    return not asked and Application.parse(stored.manifest).skip_reconcile


def _seen(status: ApplicationStatus) -> tuple[object, ...]:
    """What others look at: when none of it changed, nobody needs to be told."""
    return status.sync, status.health, status.revisions, status.conditions, status.operation


def _with_wishes_of(
    status: ApplicationStatus, current: ApplicationStatus, began: ApplicationStatus
) -> ApplicationStatus:
    """Keep what was asked for since this turn began; what this turn took up is not asked for again."""
    requested = status.requested if current.requested == began.requested else current.requested
    deletion = status.deletion if current.deletion == began.deletion else current.deletion
    status = replace(status, requested=requested, deletion=deletion)
    told = current.operation != began.operation and _is_told_to_end(current.operation, status.operation)
    return _terminated(status) if told else status


def _is_told_to_end(current: Operation | None, ours: Operation | None) -> bool:
    if current is None or ours is None or ours.phase.completed:
        return False
    return current.phase is Phase.TERMINATING and current.id == ours.id


def _terminated(status: ApplicationStatus) -> ApplicationStatus:
    assert status.operation is not None  # noqa: S101
    return replace(status, operation=replace(status.operation, phase=Phase.TERMINATING), retry_at=None)


def _is_at_rest(status: ApplicationStatus) -> bool:
    """Nothing holds the application at another revision than that of its sources."""
    return status.pin is None and status.retry_at is None and not _waits_or_runs(status)


def _waits_or_runs(status: ApplicationStatus) -> bool:
    return status.operation is not None and not status.operation.phase.completed


def _superseded(scene: Scene) -> bool:
    """A newer revision supersedes an operation that only waits to be tried again.

    Source: our own rule; Argo CD retries the old revision (see docs/differences.md).
    """
    operation = scene.status.operation
    retrying = operation is not None and scene.status.retry_at is not None
    return retrying and operation is not None and operation.revisions != scene.resolution.revisions


def _only_hosted_are_missing(scene: Scene) -> bool:
    """What the cluster holds is what Git says; what was lost with the store is made again from Git."""
    differing = [found for found in scene.comparison.resources if found.status is not SyncStatus.SYNCED]
    return all(found.key in scene.site.hosted and found.live is None for found in differing)


def _resting(scene: Scene, now: datetime) -> Scene:
    """The store was lost and what runs is not what Git says: nobody knows which revision it is."""
    message = (
        f"Application {scene.app.ref}: it was deployed before this store existed, and what runs is not what "
        "Git says. Automation rests until the next commit; sync by hand to go on now"
    )
    conditions = (*scene.status.conditions, Condition("RestoredWarning", message, now))
    return replace(
        scene, status=replace(scene.status, paused_at=scene.resolution.heads, conditions=conditions)
    )


def _drifted(scene: Scene) -> bool:
    """A pinned application is put back to the revision it is pinned at, never moved."""
    last = scene.status.last
    return last is not None and last.revisions == scene.comparison.revisions


def _with_condition(status: ApplicationStatus, error: TidegateError, now: datetime) -> ApplicationStatus:
    kept = tuple(found for found in status.conditions if found.type.endswith("Warning"))
    return replace(status, conditions=(*kept, Condition(error.condition, str(error), now)))


def _refused(status: ApplicationStatus, error: TidegateError, now: datetime) -> ApplicationStatus:
    """The plan was refused: what was seen stays, nothing was written, and a person has to say go."""
    return _without_request(_with_condition(status, error, now), error, now)


def _with_refusal(scene: Scene, reason: str, now: datetime) -> Scene:
    if not reason.startswith("Failed last sync"):
        return scene
    condition = Condition("SyncError", reason, now)
    return replace(scene, status=replace(scene.status, conditions=(*scene.status.conditions, condition)))


def _without_request(status: ApplicationStatus, error: TidegateError, now: datetime) -> ApplicationStatus:
    """A request that was refused is over: it ends as a failed operation that says why."""
    request, running = status.requested, status.operation
    if request is None and running is not None and status.retry_at is not None:
        ended = replace(running, phase=Phase.FAILED, message=str(error), finished_at=now)
        return replace(status, operation=ended, retry_at=None)
    if request is None:
        return status
    refused = Operation(
        id="refused",
        revisions=request.revisions,
        tasks=(),
        started_at=request.at,
        initiator=request.initiator,
        phase=Phase.ERROR,
        message=str(error),
        finished_at=now,
    )
    return replace(status, requested=None, operation=refused)
