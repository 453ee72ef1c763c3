"""Port: Git repositories, read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from shared.domain.source.checkout import Checkout, CommitMetadata


class GitRepository(Protocol):
    """Adapter: pygit2. Safe to share between threads; different repositories do not wait for each other.

    `repo_url` is what people write; the adapter maps outside names (like git's insteadOf) and finds the
    credential. Raises UnavailableError when the server is away, UnauthenticatedError or
    PermissionDeniedError when it refuses us, NotFoundError for an unknown repository or revision.
    No message contains a password or a token, also where the URL did.
    """

    def resolve(self, repo_url: str, revision: str) -> str:
        """Return the commit of a branch, tag, commit id or "" (= HEAD), asking the server for refs only."""
        ...

    def fetch(self, repo_url: str, commit: str) -> Checkout:
        """Return the extract of a commit, fetching (depth 1) and extracting only what is not here yet."""
        ...

    def object_ids(self, checkout: Checkout, paths: Iterable[str]) -> Mapping[str, str]:
        """Return the blob or tree id of each path of the extract; "" where it is absent."""
        ...

    def changed_paths(self, repo_url: str, before: str, after: str) -> tuple[str, ...] | None:
        """Return the files that differ between two commits, or None when `before` cannot be had any more."""
        ...

    def metadata(self, repo_url: str, commit: str) -> CommitMetadata: ...
