"""Use case: somebody pushed; wake the applications that the push touches."""

from __future__ import annotations

import logging
from dataclasses import replace

from shared.domain.events.affected import affected
from shared.domain.events.git_push import GitPush
from shared.domain.events.push_match import touches_revision
from shared.domain.specs.app_ref import AppRef
from shared.errors import ConflictError, NotFoundError
from shared.ports.git_repository import GitRepository
from shared.services.repository_index import KnownHead, RepositoryIndex
from shared.services.wake_applications import WakeApplications

log = logging.getLogger(__name__)
_TRIES = 5


class ReceivePush:
    """Safe to run twice. Raises UnavailableError when the repository has to be asked and is away."""

    def __init__(self, index: RepositoryIndex, git: GitRepository, wake: WakeApplications) -> None:
        self._index, self._git, self._wake = index, git, wake

    def __call__(self, push: GitPush, traceparent: str = "") -> int:
        """Wake each application that the push touches; return how many."""
        tracked = self._index.tracking(push.repo_url)
        sources = [source for source in tracked if touches_revision(source.target_revision, push)]
        targets = sorted({source.target_revision for source in sources})
        moves = [moved for target in targets if (moved := self._move(push, target))]
        apps: set[AppRef] = set()
        for moved in moves:
            readers = [source for source in sources if source.target_revision == moved.ref]
            apps |= set(affected(readers, self._changed(push, moved)))
        for app in sorted(apps):
            self._wake(app, "push", traceparent=traceparent)
        for moved in moves:  # last: until then the poll finds that somebody has yet to be woken
            self._index.settle(moved)
        log.info("push received", extra={"repo": push.repo_url, "ref": push.ref, "woken": len(apps)})
        return len(apps)

    def _move(self, push: GitPush, target: str) -> KnownHead | None:
        """Take the new head over; when it does not follow on what we knew, ask the server for the truth.

        None when the push is older than what we know.
        """
        for _ in range(_TRIES):
            known = self._index.known(push.repo_url, target)
            follows = known.commit == push.before and not push.deleted
            head = push.after if follows else self._ask(push.repo_url, target)
            if head == known.commit:
                return _again(push, known) if head == push.after else None
            if moved := self._index.advance(known, head):
                return moved
        raise ConflictError(f"Repository {push.repo_url}: {target or 'HEAD'} moved {_TRIES} times meanwhile")

    def _ask(self, repo_url: str, target: str) -> str:
        try:
            return self._git.resolve(repo_url, target)
        except NotFoundError:
            return ""

    def _changed(self, push: GitPush, moved: KnownHead) -> tuple[str, ...] | None:
        """What differs from the commit that was known before: that of a push which was lost included."""
        if push.deleted or not moved.owed or not moved.commit:
            return None
        return self._git.changed_paths(push.repo_url, moved.owed, moved.commit)


def _again(push: GitPush, known: KnownHead) -> KnownHead:
    """A push that is known already wakes its readers once more. What no row owes is not settled."""
    return known if known.owed is not None else replace(known, owed=push.before, etag=None)
