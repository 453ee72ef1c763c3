"""Use case: an application got further: remember under which trace, and count it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime

from shared.domain.operate.operation import Operation
from shared.domain.record.application_status import ApplicationStatus
from shared.domain.record.change_trace import ChangeKind, ChangeTrace
from shared.domain.record.stage_clock import StageClock
from shared.domain.record.traced_step import own_operation, step_of
from shared.domain.specs.application_document import project_of, server_of
from shared.ports.counters import Counters
from shared.services.application_rows import StoredApplication
from shared.services.trace_rows import TraceRows

log = logging.getLogger(__name__)
STAGE_SECONDS, RECONCILE_SECONDS = "tidegate_stage_seconds", "argocd_app_reconcile"
SYNCS, SYNC_SECONDS = "argocd_app_sync_total", "argocd_app_sync_duration_seconds_total"


class FollowProgress:
    """Written when a change is applied, when it is healthy, and when another overtakes it before that.

    Source of the names: Argo CD controller/metrics/metrics.go.
    """

    def __init__(self, traces: TraceRows, counters: Counters) -> None:
        self._traces, self._counters = traces, counters

    def __call__(
        self,
        stored: StoredApplication,
        before: ApplicationStatus,
        after: ApplicationStatus,
        seconds: float,
    ) -> None:
        """`before` and `after` one turn of the worker, which took `seconds`."""
        self._keep(stored, before, after)
        old = before.clock if before.clock.trace == after.clock.trace else StageClock()
        for stage, took in _reached(old, after.clock).items():
            self._counters.observe(STAGE_SECONDS, {"stage": stage}, took)
        labels = {"namespace": stored.ref.namespace, "dest_server": server_of(stored.manifest)}
        self._counters.observe(RECONCILE_SECONDS, labels, seconds)
        if ended := _ended(before.operation, after.operation):
            log.info("operation ended", extra={"operation": ended.id, "phase": ended.phase.value})
            self._count(stored, ended)
        if after.clock.healthy is not None and old.healthy is None:
            log.info("change is healthy", extra={"revisions": list(after.revisions)})

    def _keep(self, stored: StoredApplication, before: ApplicationStatus, after: ApplicationStatus) -> None:
        if before.clock.trace not in ("", after.clock.trace) and before.clock.applied is None:
            self._note(stored, before)
        if after.clock.trace and _ends(before.clock) != _ends(after.clock):
            self._note(stored, after)

    def _note(self, stored: StoredApplication, status: ApplicationStatus) -> None:
        """A change that no event began is known from here on, and forgotten like the others."""
        self._traces.begin(_began(stored, status))
        self._traces.reached(step_of(stored.ref, status))

    def _count(self, stored: StoredApplication, ended: Operation) -> None:
        labels = {
            "namespace": stored.ref.namespace,
            "name": stored.ref.name,
            "project": project_of(stored.manifest),
            "dest_server": server_of(stored.manifest),
        }
        phase = {"phase": ended.phase.value, "dry_run": str(ended.dry_run).lower()}
        self._counters.add(SYNCS, {**labels, **phase})
        if ended.finished_at is not None:
            took = (ended.finished_at - ended.started_at).total_seconds()
            self._counters.add(SYNC_SECONDS, labels, max(0.0, took))


def _began(stored: StoredApplication, status: ApplicationStatus) -> ChangeTrace:
    clock, operation = status.clock, own_operation(status)
    by = operation.initiator.username if operation else ""
    return ChangeTrace(
        trace=clock.trace,
        kind=ChangeKind.REQUEST if by else ChangeKind.APPLICATION,
        source="API" if by else "",
        # a clock always has its first stage
        received=clock.received or datetime.fromtimestamp(0, UTC),
        name=str(stored.ref),
        version="rollback" if operation and operation.rollback else "",
        by=by,
    )


def _ends(clock: StageClock) -> tuple[str, datetime | None, datetime | None]:
    return (clock.trace, clock.applied, clock.healthy) if clock.applied else ("", None, None)


def _reached(before: StageClock, after: StageClock) -> Mapping[str, float]:
    known = before.durations()
    return {stage: took for stage, took in after.durations().items() if stage not in known}


def _ended(before: Operation | None, after: Operation | None) -> Operation | None:
    """The operation that has ended in this turn."""
    if after is None or not after.phase.completed:
        return None
    same = before is not None and (before.id, before.started_at) == (after.id, after.started_at)
    return None if same and before is not None and before.phase.completed else after
