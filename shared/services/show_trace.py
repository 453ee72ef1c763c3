"""Use case: one change as people follow it, from what began it to where it went."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from shared.domain.record.application_status import ApplicationStatus
from shared.domain.record.change_trace import ChangeKind, ChangeTrace
from shared.domain.record.traced_step import TracedStep, application_subject, own_operation, step_of
from shared.domain.source.checkout import CommitMetadata
from shared.domain.specs.app_ref import AppRef
from shared.domain.specs.application_document import repo_urls_of
from shared.domain.views.trace_view import (
    application_stages,
    application_step,
    beginning,
    cause_view,
    commit_view,
    secret_step,
    trace_summary,
)
from shared.domain.views.waterfall import timeline
from shared.errors import InvalidRequestError, NotFoundError, TidegateError
from shared.ports.git_repository import GitRepository
from shared.services.application_rows import ApplicationRows
from shared.services.show_applications import ShowApplications
from shared.services.trace_rows import KEPT, TraceRows

_TRACE = re.compile(r"[0-9a-f]{32}")
_COMMITS_KEPT = 256


class ShowTrace:
    def __init__(
        self, traces: TraceRows, rows: ApplicationRows, applications: ShowApplications, git: GitRepository
    ) -> None:
        self._traces, self._rows, self._applications = traces, rows, applications
        # a commit never changes; what cannot be had now is asked for again
        self._metadata = lru_cache(_COMMITS_KEPT)(git.metadata)

    def operation(self, ref: AppRef) -> dict[str, Any]:
        """Return {operationState, stages, waves, trace, cause}: the last change of an application.

        `cause` is None where nobody knows any more what began it. Raises NotFoundError.
        """
        view = self._applications.operation(ref)
        stored, status = self._rows.application(ref), self._rows.status(ref).status
        change = self._traces.get(status.clock.trace)
        cause = self._cause(change or self._asked(ref, status))
        if cause is not None and stored is not None and "commit" not in cause and status.revisions:
            repo_url, commit = repo_urls_of(stored.manifest)[0], status.revisions[0]
            cause["commit"] = commit_view(repo_url, commit, self._commit(repo_url, commit))
        return {**view, "stages": application_stages(change, step_of(ref, status)), "cause": cause}

    def one(self, trace: str) -> dict[str, Any]:
        """Return {trace, cause, stages, applications, secrets}: everything under one trace id.

        `stages` are those before any application. Raises InvalidRequestError for what is no trace id,
        NotFoundError for one that is not known (any more).
        """
        if not _TRACE.fullmatch(trace):
            raise InvalidRequestError(f"Trace {trace!r}: must be 32 digits of 0-9 and a-f")
        change = self._traces.get(trace)
        ids = {trace, change.continued_by if change else trace} - {""}
        now = self._current(ids)
        steps = {step.subject: step for each in sorted(ids) for step in self._traces.steps(each)} | now
        if change is None and not steps:
            raise NotFoundError(f"Trace {trace}: is not known. Traces are kept for {KEPT.days} days")
        ordered = [steps[subject] for subject in sorted(steps)]
        return {
            "trace": trace,
            "cause": self._cause(change),
            "stages": timeline(beginning(change)),
            "applications": [
                application_step(change, step, current=step.subject in now)
                for step in ordered
                if not step.of_secret
            ],
            "secrets": [secret_step(change, step) for step in ordered if step.of_secret],
        }

    def page(self, limit: int, token: str) -> tuple[list[dict[str, Any]], str]:
        """The newest changes, and the token of the next page ("" at the end)."""
        found, token = self._traces.page(limit, token)
        return [trace_summary(change) for change in found], token

    def _current(self, traces: set[str]) -> dict[str, TracedStep]:
        """The applications whose newest change it is: their rows know more than was written down."""
        refs = [found.ref for found in self._rows.summaries() if found.status.clock.trace in traces]
        statuses = ((ref, self._rows.status(ref).status) for ref in refs)
        return {application_subject(ref): step_of(ref, status) for ref, status in statuses}

    def _cause(self, change: ChangeTrace | None) -> dict[str, Any] | None:
        return cause_view(change, self._commit(change.repo_url, change.commit)) if change else None

    def _commit(self, repo_url: str, commit: str) -> CommitMetadata | None:
        """Who made the commit; None while the repository does not say so."""
        if not commit:
            return None
        try:
            return self._metadata(repo_url, commit)
        except TidegateError:
            return None

    def _asked(self, ref: AppRef, status: ApplicationStatus) -> ChangeTrace | None:
        """A change that nobody has written down yet: its operation says who began it."""
        operation = own_operation(status)
        if operation is None or not operation.initiator.username:
            return None
        return ChangeTrace(
            trace=operation.trace,
            kind=ChangeKind.REQUEST,
            source="API",
            received=operation.started_at,
            name=str(ref),
            version="rollback" if operation.rollback else "",
            by=operation.initiator.username,
        )
