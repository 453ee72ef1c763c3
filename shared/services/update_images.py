"""Use case: one message, one branch: choose, edit, commit once, remember."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from shared.domain.events.event_trace import trace_of
from shared.domain.images.bump_message import bump_message
from shared.domain.images.image_state import ImageState
from shared.domain.record.change_trace import ChangeKind, ChangeTrace
from shared.domain.specs.app_ref import AppRef
from shared.domain.work.backoff import wait_after
from shared.domain.work.message import WorkMessage
from shared.domain.work.trace import trace_id
from shared.errors import ConflictError, Retry, TidegateError, UnavailableError
from shared.log import bind, bound
from shared.ports.clock import Clock
from shared.ports.commit_api import BranchHead, CommitApi
from shared.ports.image_registry import ImageRegistry
from shared.ports.lease import Leases
from shared.ports.manifest_tool import ManifestTool
from shared.services.choose_tag import ChooseTag
from shared.services.image_index import ImageIndex
from shared.services.image_states import ImageStates
from shared.services.image_work import ImageRow, ImageWork, where_of
from shared.services.plan_bumps import BumpPlan, PlanBumps, stamped
from shared.services.trace_rows import TraceRows

log = logging.getLogger(__name__)
_BUSY = timedelta(milliseconds=200)
_TRIES = 10


@dataclass(frozen=True, slots=True)
class UpdatingImages:
    """The ports and services of the use case."""

    work: ImageWork
    index: ImageIndex
    states: ImageStates
    plan: PlanBumps
    registry: ImageRegistry
    tool: ManifestTool
    commits: CommitApi
    traces: TraceRows
    leases: Leases
    clock: Clock


class UpdateImages:
    """Safe to run twice with the same message; a message whose token is not the row's is dropped."""

    def __init__(self, use: UpdatingImages) -> None:
        self._use = use

    def __call__(self, message: WorkMessage) -> None:
        row = self._use.work.row(message.subject)
        if row is None or row.token != message.token:
            log.debug("stale message dropped", extra={"subject": message.subject})
            return
        lease = self._use.leases.acquire(f"images:{message.subject}")
        if lease is None:
            self._use.work.send_again(message, _BUSY)
            return
        # a token is used once: what no event asked for has a trace of its own
        trace = trace_id(message.traceparent) or trace_of(message.token)
        try:
            with bind(subject=message.subject, trace=trace):
                # read again under the lease: the holder before us may have written
                row = self._use.work.row(message.subject)
                if row is not None and row.token == message.token:
                    self._take_turn(row)
        finally:
            self._use.leases.release(lease)

    def _take_turn(self, row: ImageRow) -> None:
        applications = self._use.index.writers(row.subject)
        try:
            plan, commit = self._committed(row, applications)
        except TidegateError as error:
            self._failed(row, applications, error)
            return
        now = self._use.clock.now()
        for ref in applications:
            done = {
                draft.policy.alias: stamped(draft, commit, now) for draft in plan.drafts if draft.ref == ref
            }
            self._use.states.change(ref, partial(_merged, done))
        self._finish(row, plan, commit)

    def _committed(self, row: ImageRow, applications: list[AppRef]) -> tuple[BumpPlan, str]:
        """Plan and commit; a branch that moved meanwhile is read again, and everything decided anew."""
        use = self._use
        choose = ChooseTag(use.registry, use.tool)
        for _ in range(_TRIES):
            head = use.commits.head(row.repo_url, row.branch)
            plan = use.plan(row, applications, choose, _Files(use.commits, row.repo_url, head))
            if not plan.files:
                return plan, ""
            traces = self._chosen(row, plan)
            message = bump_message(plan.bumps, traces)
            try:
                commit = use.commits.commit(row.repo_url, head, message, plan.files)
            except ConflictError:
                log.info("the branch has moved, once more", extra={"head": head.commit})
                continue
            self._written(row.repo_url, commit, traces)
            log.info("images moved", extra={"commit": commit, "bumps": len(plan.bumps)})
            return plan, commit
        raise ConflictError(f"Images of {row.subject}: the branch moved {_TRIES} times while we wrote to it")

    def _chosen(self, row: ImageRow, plan: BumpPlan) -> list[str]:
        """The traces of the events that led here; without any a trace begins with what the look has found."""
        now = self._use.clock.now()
        traces = sorted({row.pending.get(bump.image, "") for bump in plan.bumps} - {""})
        if not traces:
            first = plan.bumps[0]
            traces = [bound("trace")]
            self._use.traces.begin(
                ChangeTrace(traces[0], ChangeKind.IMAGE, "image sweep", now, first.image, first.after)
            )
        for trace in traces:
            self._use.traces.advance(trace, lambda change: change.with_choice(now))
        return traces

    def _written(self, repo_url: str, commit: str, traces: list[str]) -> None:
        """The push of this commit goes on under one of the traces: the last, as its message is read."""
        now, goes_on = self._use.clock.now(), traces[-1]
        self._use.traces.commit(repo_url, commit, goes_on)
        for trace in traces:
            self._use.traces.advance(trace, lambda change: change.with_commit(repo_url, commit, goes_on, now))

    def _finish(self, row: ImageRow, plan: BumpPlan, commit: str) -> None:
        """Take what was done off the row, unless somebody asked meanwhile: their message looks again."""
        left = {image: row.pending.get(image, "") for image in plan.unavailable}
        now, token = self._use.clock.now(), row.token

        def changed(current: ImageRow) -> ImageRow:
            ours = current.token == token
            return replace(
                current,
                pending=left if ours else current.pending,
                token="" if ours and not left else current.token,
                checked_at=now,
                files=plan.places,
                commits=(*current.commits, commit) if commit else current.commits,
                failures=current.failures if left else 0,
            )

        current = self._use.work.change(where_of(row), changed)
        if left and current.token == token:
            self._use.work.later(where_of(row), token, wait_after(current.failures + 1))

    def _failed(self, row: ImageRow, applications: list[AppRef], error: TidegateError) -> None:
        """An expected error is shown at every application, and tried again where that can help."""
        log.info("images failed", extra={"error": str(error), "error_class": type(error).__name__})
        for ref in applications:
            self._use.states.change(ref, lambda known: _with_problem(known, str(error)))
        if error.retry is Retry.NEVER:
            # a person has to mend something; the sweep looks whether they have
            self._use.work.change(
                where_of(row),
                lambda current: replace(
                    current,
                    token="" if current.token == row.token else current.token,
                    checked_at=self._use.clock.now(),
                ),
            )
            return
        wish = error.retry_after_seconds if isinstance(error, UnavailableError) else None
        self._use.work.later(where_of(row), row.token, wait_after(row.failures + 1, wish))


class _Files:
    """The files of one commit, each read once."""

    def __init__(self, commits: CommitApi, repo_url: str, head: BranchHead) -> None:
        self._commits, self._repo_url, self._head = commits, repo_url, head
        self._read: dict[str, bytes | None] = {}

    def __call__(self, path: str) -> bytes | None:
        if path not in self._read:
            self._read[path] = self._commits.read(self._repo_url, self._head.commit, path)
        return self._read[path]


def _merged(done: dict[str, ImageState], known: dict[str, ImageState]) -> dict[str, ImageState]:
    """Take over what was decided; a release that came meanwhile stays."""
    kept = {
        alias: replace(state, released=known[alias].released) if alias in known else state
        for alias, state in done.items()
    }
    return known | kept


def _with_problem(known: dict[str, ImageState], problem: str) -> dict[str, ImageState]:
    return {alias: replace(state, problem=problem) for alias, state in known.items()}
