"""Which commit of each source an application is looked at with."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from shared.domain.manifests.manifest import Manifest
from shared.domain.operate.operation import Operation
from shared.domain.record.application_status import ApplicationStatus, HistoryEntry
from shared.domain.source.checkout import ResolvedSource
from shared.domain.specs.application import Application
from shared.errors import NotFoundError
from shared.ports.git_repository import GitRepository
from shared.services.repository_index import RepositoryIndex

_COMMIT = re.compile(r"[0-9a-f]{40}")
FRESH = frozenset({"refresh", "hard"})


@dataclass(frozen=True, slots=True)
class Resolution:
    """`heads` is what the sources' target revisions point at; `sources` is what is used, which differs
    while a rollback pins the application, or an operation at another revision runs.
    """

    sources: tuple[ResolvedSource, ...]
    heads: tuple[str, ...]

    @property
    def revisions(self) -> tuple[str, ...]:
        return tuple(source.revision for source in self.sources)


class ResolveSources:
    """Reads the heads that pushes and polls have recorded; asks the server only for what nobody recorded."""

    def __init__(self, index: RepositoryIndex, git: GitRepository) -> None:
        self._index, self._git = index, git

    def __call__(self, app: Application, chosen: tuple[str, ...], *, fresh: bool = False) -> Resolution:
        """Resolve every source; `chosen` revisions, one a source, overrule the heads.

        Raises NotFoundError for an unknown revision, UnavailableError if the server is away.
        """
        heads = tuple(self._head(source.repo_url, source.target_revision, fresh) for source in app.sources)
        used = chosen if len(chosen) == len(heads) else heads
        sources = tuple(
            ResolvedSource(source.repo_url, source.target_revision, revision)
            for source, revision in zip(app.sources, used, strict=True)
        )
        return Resolution(sources, heads)

    def is_behind(self, app: Application, used: tuple[str, ...]) -> bool:
        """Whether a push or a poll has recorded other heads than the commits that were used."""
        pairs = zip(app.sources, used, strict=True)
        return any(
            self._recorded(source.repo_url, source.target_revision) not in ("", c) for source, c in pairs
        )

    def _recorded(self, repo_url: str, target: str) -> str:
        target = "" if target == "HEAD" else target
        return target if _COMMIT.fullmatch(target) else self._index.head(repo_url, target)

    def _head(self, repo_url: str, target: str, fresh: bool) -> str:
        target = "" if target == "HEAD" else target
        if _COMMIT.fullmatch(target):
            return target
        known = self._index.known(repo_url, target)
        if known.commit and not fresh:
            return known.commit
        head = self._git.resolve(repo_url, target)
        if head == known.commit:
            return head
        moved = self._index.advance(known, head)
        if moved is None:  # a push was faster, and knows better
            return self._index.head(repo_url, target) or head
        if not known.commit:  # nobody reads it yet but who asks; else the poll wakes the others
            self._index.settle(moved)
        return head


def chosen_revisions(status: ApplicationStatus, operation: Operation | None) -> tuple[str, ...]:
    """The revisions that a running operation, a request or a pin asks for; empty for the head.

    A request without revisions is for the head, also while a pin holds: it is a person who asks.
    """
    if operation is not None and not operation.phase.completed and status.retry_at is None:
        return operation.revisions
    if status.requested is not None:
        return status.requested.revisions
    return status.pin.revisions if status.pin else ()


def unpinned(status: ApplicationStatus, heads: tuple[str, ...]) -> ApplicationStatus:
    """Lift the pin of a rollback once the head is another than the rejected one."""
    return replace(status, pin=None) if status.pin and status.pin.rejected != heads else status


def with_sources_of(manifest: Manifest, entry: HistoryEntry | None) -> Manifest:
    """The manifest with the sources of an earlier deployment.

    Source: Argo CD rolls back source and revision, not the destination or the policy.
    """
    if entry is None:
        return manifest
    spec = {name: value for name, value in manifest["spec"].items() if name not in ("source", "sources")}
    return {**manifest, "spec": {**spec, "sources": [dict(source) for source in entry.sources]}}


def history_entry(entries: list[HistoryEntry], wanted: int) -> HistoryEntry:
    """Find an entry, or raise NotFoundError that names the ids there are."""
    for entry in entries:
        if entry.id == wanted:
            return entry
    known = ", ".join(str(entry.id) for entry in entries) or "none"
    raise NotFoundError(f"Application history id {wanted} does not exist. There are: {known}")
