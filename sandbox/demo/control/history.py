"""The commits of the demo's repository, as the Git server has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pygit2

from sandbox.git.bare_repository import DEFAULT_BRANCH, files_of_commit
from sandbox.git.server import SandboxGit


@dataclass(frozen=True, slots=True)
class FoundCommit:
    """`files` are the paths that it changed against its first parent."""

    id: str
    subject: str
    parents: int
    files: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.id[:7]} {self.subject}"


class History:
    """Reads the branch `main` of one repository."""

    def __init__(self, git: SandboxGit, full_name: str) -> None:
        self._git, self._full_name = git, full_name

    def head(self) -> str:
        return self._git.refs(self._full_name)[f"refs/heads/{DEFAULT_BRANCH}"]

    def find(self, commit: str) -> FoundCommit | None:
        """A commit of the branch by its id or by the beginning of it, None where there is none."""
        with self._open() as repo:
            try:
                found = repo[commit].peel(pygit2.Commit)
            except (LookupError, ValueError, pygit2.GitError, pygit2.InvalidSpecError):
                return None
            return _read(repo, found) if _holds(repo, str(found.id), self.head()) else None

    def since(self, commit: str) -> list[tuple[FoundCommit, str]]:
        """What came after a commit, newest first, each with its whole message."""
        with self._open() as repo:
            walker = repo.walk(repo[self.head()].peel(pygit2.Commit).id)
            walker.hide(repo[commit].peel(pygit2.Commit).id)
            return [(_read(repo, found), found.message) for found in walker]

    def in_one_of(self, revisions: Iterable[str], commit: str) -> bool:
        """Is a commit one of these revisions, or under one of them?"""
        with self._open() as repo:
            return any(_holds(repo, commit, revision) for revision in revisions if revision in repo)

    @contextmanager
    def _open(self) -> Iterator[pygit2.Repository]:
        found = self._git.repository(self._full_name)
        if found is None:
            raise LookupError(f"the Git server has no {self._full_name}")
        repo = found.open()
        try:
            yield repo
        finally:
            repo.free()


def _read(repo: pygit2.Repository, commit: pygit2.Commit) -> FoundCommit:
    files = files_of_commit(repo, commit)
    subject = commit.message.partition("\n")[0]
    paths = tuple(sorted(path for changed in files.values() for path in changed))
    return FoundCommit(str(commit.id), subject, len(commit.parents), paths)


def _holds(repo: pygit2.Repository, commit: str, revision: str) -> bool:
    return commit == revision or repo.descendant_of(revision, commit)
