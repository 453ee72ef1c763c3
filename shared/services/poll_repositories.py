"""Use case: look at every tracked ref, so that a lost webhook costs minutes, never a change."""

from __future__ import annotations

import logging
import re

from shared.domain.events.affected import affected
from shared.domain.events.event_trace import trace_of
from shared.domain.record.change_trace import ChangeKind, ChangeTrace
from shared.domain.work.trace import traceparent_of
from shared.errors import TidegateError
from shared.log import bind
from shared.ports.clock import Clock
from shared.ports.git_repository import GitRepository
from shared.services.repository_index import KnownHead, RepositoryIndex
from shared.services.trace_rows import TraceRows
from shared.services.wake_applications import WakeApplications

log = logging.getLogger(__name__)
_COMMIT = re.compile(r"[0-9a-f]{40}")


class PollRepositories:
    """Each distinct (repository, ref) is resolved once; one repository that is away holds up no other."""

    def __init__(
        self,
        index: RepositoryIndex,
        git: GitRepository,
        wake: WakeApplications,
        traces: TraceRows,
        clock: Clock,
    ) -> None:
        self._index, self._git, self._wake = index, git, wake
        self._traces, self._clock = traces, clock

    def __call__(self) -> int:
        """Wake what moved; return how many applications were woken."""
        moving = [known for known in self._index.heads() if not _COMMIT.fullmatch(known.ref)]
        return sum(self._poll(known) for known in moving)

    def _poll(self, known: KnownHead) -> int:
        try:
            head = self._git.resolve(known.repo_url, known.ref)
            if head == known.commit and known.owed is None:
                return 0
            since = known.commit if known.owed is None else known.owed
            changed = self._git.changed_paths(known.repo_url, since, head) if since else None
        except TidegateError as error:
            log.warning("poll failed", extra={"repo": known.repo_url, "ref": known.ref, "error": str(error)})
            return 0
        moved = self._index.advance(known, head)
        if moved is None:  # a push was faster
            return 0
        # a commit of ours goes on under the trace that led to it, also when its webhook was lost
        trace = self._traces.of_commit(known.repo_url, head) or trace_of(f"{known.repo_url} {since}..{head}")
        with bind(trace=trace):
            return self._wake_readers(moved, changed, trace)

    def _wake_readers(self, moved: KnownHead, changed: tuple[str, ...] | None, trace: str) -> int:
        sources = self._index.tracking(moved.repo_url)
        apps = affected([source for source in sources if source.target_revision == moved.ref], changed)
        for app in apps:
            self._wake(app, "git", traceparent=traceparent_of(trace))
        if apps:
            self._traces.begin(self._began(moved, trace))
        # last: a crash before this line repeats the wakes, it never loses the change
        self._index.settle(moved)
        log.info(
            "poll found a new head", extra={"repo": moved.repo_url, "ref": moved.ref, "woken": len(apps)}
        )
        return len(apps)

    def _began(self, moved: KnownHead, trace: str) -> ChangeTrace:
        return ChangeTrace(
            trace=trace,
            kind=ChangeKind.PUSH,
            source="Git poll",
            received=self._clock.now(),
            name=moved.repo_url,
            version=moved.ref or "HEAD",
            repo_url=moved.repo_url,
            commit=moved.commit,
        )
