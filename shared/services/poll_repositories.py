"""Use case: look at every tracked ref, so that a lost webhook costs minutes, never a change."""

from __future__ import annotations

import logging
import re

from shared.domain.events.affected import affected
from shared.errors import TidegateError
from shared.ports.git_repository import GitRepository
from shared.services.repository_index import KnownHead, RepositoryIndex
from shared.services.wake_applications import WakeApplications

log = logging.getLogger(__name__)
_COMMIT = re.compile(r"[0-9a-f]{40}")


class PollRepositories:
    """Each distinct (repository, ref) is resolved once; one repository that is away holds up no other."""

    def __init__(self, index: RepositoryIndex, git: GitRepository, wake: WakeApplications) -> None:
        self._index, self._git, self._wake = index, git, wake

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
        sources = self._index.tracking(known.repo_url)
        apps = affected([source for source in sources if source.target_revision == known.ref], changed)
        for app in apps:
            self._wake(app, "git")
        # last: a crash before this line repeats the wakes, it never loses the change
        self._index.settle(moved)
        log.info(
            "poll found a new head", extra={"repo": known.repo_url, "ref": known.ref, "woken": len(apps)}
        )
        return len(apps)
