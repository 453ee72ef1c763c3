"""The commit_api port on any Git server: a commit made here, pushed only where the branch still is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pygit2
from pygit2.enums import FileMode

from shared.adapters.git.remote import GitTimeouts, Remote, credential_in
from shared.adapters.git.repository_cache import RepositoryCache, cache_of_this_boot
from shared.domain.events.repo_url import without_userinfo
from shared.domain.source.repository_credential import RepositoryCredential
from shared.errors import ConflictError, NotFoundError, UnavailableError
from shared.ports.clock import Clock
from shared.ports.commit_api import BranchHead

_AUTHOR = ("Tidegate", "tidegate@users.noreply.github.com")
_KEPT = "refs/tidegate/commits/"
_REFUSED = re.compile(
    r"non-fast-forward|fetch first|cannot lock ref|failed to update ref|stale|not present locally"
)


class PushedCommits:
    """Implements shared/ports/commit_api.py with smart HTTP; shares its clones with LibgitRepository.

    Args:
        cache_dir: for clones; may be shared by processes of one machine, may be emptied.
        clock: the time of the commits.
        credentials: written URL (without userinfo) → who we are there; asked only when the server asks.
        names: written URL → where it is, like git's insteadOf.
    """

    def __init__(
        self,
        cache_dir: Path,
        clock: Clock,
        credentials: Callable[[str], RepositoryCredential | None],
        names: Callable[[str], str],
    ) -> None:
        self._root = cache_of_this_boot(cache_dir)
        self._clock, self._credentials, self._names = clock, credentials, names

    def head(self, repo_url: str, branch: str) -> BranchHead:
        remote = self._remote(repo_url)
        if not branch:
            branch = remote.default_branch()
        commit = remote.refs().get(f"refs/heads/{branch}")
        if commit is None:
            raise NotFoundError(f"Repository {remote.shown}: has no branch {branch!r}")
        return BranchHead(branch, commit)

    def read(self, repo_url: str, commit: str, path: str) -> bytes | None:
        remote = self._remote(repo_url)
        with self._fetched(remote, commit) as repo:
            try:
                found = repo[commit].peel(pygit2.Tree)[path]
            except KeyError:
                return None
            return found.data if isinstance(found, pygit2.Blob) else None

    def commit(self, repo_url: str, head: BranchHead, message: str, files: Mapping[str, bytes]) -> str:
        remote = self._remote(repo_url)
        with self._fetched(remote, head.commit) as repo:
            tree = _edited(repo, head.commit, files)
            who = pygit2.Signature(*_AUTHOR, int(self._clock.now().timestamp()))
            made = str(repo.create_commit(None, who, who, message, tree, [head.commit]))
            if remote.refs().get(f"refs/heads/{head.branch}") != head.commit:
                raise _moved(remote, head)
            problem = remote.push(repo, f"{made}:refs/heads/{head.branch}")
            if problem and not _REFUSED.search(problem):
                raise UnavailableError(f"Repository {remote.shown}: refuses the push: {problem}")
            if problem:
                raise _moved(remote, head)
            repo.references.create(_KEPT + made, made, force=True)
            return made

    @contextmanager
    def _fetched(self, remote: Remote, commit: str) -> Iterator[pygit2.Repository]:
        cache = RepositoryCache(self._root, f"{remote.shown}#write")
        with cache.locked(), cache.bare() as repo:
            if commit not in repo:
                remote.fetch_commit(repo, commit, cache.ref_of(commit))
            yield repo

    def _remote(self, repo_url: str) -> Remote:
        shown = without_userinfo(repo_url)

        def credential() -> RepositoryCredential | None:
            return self._credentials(shown) or credential_in(repo_url)

        return Remote(shown, self._names(shown), credential, GitTimeouts().transfer_seconds)


def _moved(remote: Remote, head: BranchHead) -> ConflictError:
    return ConflictError(f"Repository {remote.shown}: {head.branch} is no longer at {head.commit[:7]}")


def _edited(repo: pygit2.Repository, commit: str, files: Mapping[str, bytes]) -> pygit2.Oid:
    """A file keeps its mode; a new one is a plain file."""
    index = pygit2.Index()
    index.read_tree(repo[commit].peel(pygit2.Tree))
    for path, data in files.items():
        mode = FileMode(index[path].mode) if path in index else FileMode.BLOB
        index.add(pygit2.IndexEntry(path, repo.create_blob(data), mode))
    return index.write_tree(repo)
