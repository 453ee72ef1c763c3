"""Use case: somebody pushed; wake the applications that the push touches."""

from __future__ import annotations

import logging

from shared.domain.events.affected import affected
from shared.domain.events.git_push import GitPush
from shared.domain.events.push_match import touches_revision
from shared.errors import NotFoundError
from shared.ports.git_repository import GitRepository
from shared.services.repository_index import RepositoryIndex
from shared.services.wake_applications import WakeApplications

log = logging.getLogger(__name__)


class ReceivePush:
    """Safe to run twice. Raises UnavailableError when the repository has to be asked and is away."""

    def __init__(self, index: RepositoryIndex, git: GitRepository, wake: WakeApplications) -> None:
        self._index, self._git, self._wake = index, git, wake

    def __call__(self, push: GitPush, traceparent: str = "") -> int:
        """Wake each application that the push touches; return how many."""
        tracked = self._index.tracking(push.repo_url)
        sources = [source for source in tracked if touches_revision(source.target_revision, push)]
        targets = {source.target_revision for source in sources}
        moved = {target: self._move(push, target) for target in sorted(targets)}
        moving = [source for source in sources if moved[source.target_revision]]
        apps = affected(moving, self._changed(push)) if moving else []
        for app in apps:
            self._wake(app, "push", traceparent=traceparent)
        log.info("push received", extra={"repo": push.repo_url, "ref": push.ref, "woken": len(apps)})
        return len(apps)

    def _move(self, push: GitPush, target: str) -> bool:
        """Take the new head over; when it does not follow on what we knew, ask the server for the truth."""
        known = self._index.head(push.repo_url, target)
        head = push.after if known == push.before and not push.deleted else self._ask(push.repo_url, target)
        if head == known:
            return known == push.after
        self._index.move_head(push.repo_url, target, head)
        return True

    def _ask(self, repo_url: str, target: str) -> str:
        try:
            return self._git.resolve(repo_url, target)
        except NotFoundError:
            return ""

    def _changed(self, push: GitPush) -> tuple[str, ...] | None:
        if push.deleted:
            return None
        return self._git.changed_paths(push.repo_url, push.before, push.after)
