"""The git_repository port through libgit2: no git program needed."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pygit2

from shared.adapters.git.extract import differing_files, object_at
from shared.adapters.git.remote import (
    DamagedCloneError,
    GitTimeouts,
    Remote,
    configure_libgit2,
    credential_in,
)
from shared.adapters.git.repository_cache import RepositoryCache, cache_of_this_boot
from shared.domain.events.git_push import NO_COMMIT
from shared.domain.events.repo_url import without_userinfo
from shared.domain.source.checkout import Checkout, CommitMetadata
from shared.domain.source.repository_credential import RepositoryCredential
from shared.errors import NotFoundError, UnavailableError

_COMMIT = re.compile(r"[0-9a-f]{40}", re.IGNORECASE)
_ABBREVIATED = re.compile(r"[0-9a-f]{4,39}", re.IGNORECASE)


class LibgitRepository:
    """Implements shared/ports/git_repository.py.

    Args:
        cache_dir: for clones and extracts; may be shared by processes of one machine, may be emptied.
        credentials: written URL (without userinfo) → who we are there; asked only when the server asks.
        names: written URL → where it is, like git's insteadOf; the identity when nothing is mapped.
        timeouts: libgit2 keeps them per process, so the last instance decides.
    """

    def __init__(
        self,
        cache_dir: Path,
        credentials: Callable[[str], RepositoryCredential | None],
        names: Callable[[str], str],
        *,
        timeouts: GitTimeouts = GitTimeouts(),
    ) -> None:
        configure_libgit2(timeouts)
        self._root = cache_of_this_boot(cache_dir)
        self._credentials, self._names, self._timeouts = credentials, names, timeouts
        self._failures: dict[Path, tuple[float, UnavailableError]] = {}

    def resolve(self, repo_url: str, revision: str) -> str:
        """Return the commit that a revision names now.

        "" and HEAD are the head of the default branch; a whole commit id is returned as it is and nothing
        is asked; else the first of: full ref, branch, tag (an annotated one gives its commit), `refs/…`.

        Source: Argo CD util/git/client.go, `lsRemote`: it takes the first ref whose full or short name is
        equal in the server's order, which is branches before tags.
        """
        if _COMMIT.fullmatch(revision):
            return revision.lower()
        remote = self._remote(repo_url)
        refs = remote.refs()
        for name in _candidates(revision):
            if name in refs:
                return refs.get(f"{name}^{{}}", refs[name])
        raise NotFoundError(f"Repository {remote.shown}: {_missing(revision)}")

    def fetch(self, repo_url: str, commit: str) -> Checkout:
        """Return the extract of a commit; a revision that is no commit id is resolved first."""
        commit = self.resolve(repo_url, commit)
        remote = self._remote(repo_url)
        cache = self._cache(remote)
        tree, _ = self._known(remote, cache, commit)
        return Checkout(remote.shown, commit, tree, str(cache.objects_dir))

    def object_ids(self, checkout: Checkout, paths: Iterable[str]) -> Mapping[str, str]:
        """Return path → id, "" where it is absent; "" and "." are the root tree."""
        return {path: object_at(Path(checkout.objects_dir), checkout.tree, path) for path in paths}

    def changed_paths(self, repo_url: str, before: str, after: str) -> tuple[str, ...] | None:
        """Return the differing files in order; a renamed one counts with both names."""
        if NO_COMMIT in (before, after):
            return None
        new = self.fetch(repo_url, after)
        try:
            old = self.fetch(repo_url, before)
        except NotFoundError:
            return None
        return tuple(sorted(differing_files(Path(new.objects_dir), old.tree, new.tree)))

    def metadata(self, repo_url: str, commit: str) -> CommitMetadata:
        """Return what is known of a commit, fetching it when it is not here; the date is the author's."""
        remote = self._remote(repo_url)
        _, metadata = self._known(remote, self._cache(remote), self.resolve(repo_url, commit))
        return metadata

    def _known(self, remote: Remote, cache: RepositoryCache, commit: str) -> tuple[str, CommitMetadata]:
        known = cache.known(commit)
        if known is not None:
            return known
        since = time.monotonic()
        with cache.locked():
            if cache.known(commit) is None:
                self._bring(remote, cache, commit, since)
            known = cache.known(commit)
        if known is None:
            raise UnavailableError(f"Git cache: was emptied while {remote.shown} was fetched")
        return known

    def _bring(self, remote: Remote, cache: RepositoryCache, commit: str, since: float) -> None:
        """Fetch and extract. Who waited while another failed fails with it, not one time limit later each."""
        failed_at, failure = self._failures.get(cache.directory, (-1.0, None))
        if failed_at > since:
            raise UnavailableError(f"Another fetch failed a moment ago. {failure}") from failure
        try:
            _fetch_or_start_anew(remote, cache, commit)
        except UnavailableError as error:
            self._failures[cache.directory] = (time.monotonic(), error)
            raise

    def _cache(self, remote: Remote) -> RepositoryCache:
        return RepositoryCache(self._root, remote.shown)

    def _remote(self, repo_url: str) -> Remote:
        shown = without_userinfo(repo_url)

        def credential() -> RepositoryCredential | None:
            return self._credentials(shown) or credential_in(repo_url)

        return Remote(shown, self._names(shown), credential, self._timeouts.transfer_seconds)


def _fetch_or_start_anew(remote: Remote, cache: RepositoryCache, commit: str) -> None:
    """Fetch and extract; a damaged clone is made anew once."""
    try:
        _fetch_and_extract(remote, cache, commit)
    except (DamagedCloneError, pygit2.GitError, KeyError):
        cache.forget_bare()
        try:
            _fetch_and_extract(remote, cache, commit)
        except (pygit2.GitError, KeyError) as error:
            raise UnavailableError(f"Repository {remote.shown}: {commit} came incomplete: {error}") from error


def _fetch_and_extract(remote: Remote, cache: RepositoryCache, commit: str) -> None:
    cache.forget_old()
    with cache.bare() as repo:
        if commit not in repo:
            remote.fetch_commit(repo, commit, cache.ref_of(commit))
        cache.extract(repo, commit)
        cache.tidy(repo)


def _candidates(revision: str) -> list[str]:
    if revision in {"", "HEAD"}:
        return ["HEAD"]
    full = [revision] if revision.startswith("refs/") else []
    return [*full, f"refs/heads/{revision}", f"refs/tags/{revision}", f"refs/{revision}"]


def _missing(revision: str) -> str:
    if revision in {"", "HEAD"}:
        return "has no commit on its default branch. Push one, or name another branch"
    if _ABBREVIATED.fullmatch(revision):
        return f"has no branch or tag {revision!r}. If it is a shortened commit id, write all 40 digits"
    return f"has no branch, tag or ref {revision!r}. Check targetRevision"
