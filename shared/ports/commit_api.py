"""Port: one commit on a branch, only if the branch is still where we read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class BranchHead:
    """A branch by its name, and the 40-digit commit that it points to."""

    branch: str
    commit: str


class CommitApi(Protocol):
    """Adapters: github (createCommitOnBranch), git (a push with the expected old id).

    `repo_url` is what people write. tests/contracts/test_commit_api.py is the definition. Every method
    raises UnavailableError when the server is away, UnauthenticatedError or PermissionDeniedError when it
    refuses us, NotFoundError for an unknown repository or branch.
    """

    def head(self, repo_url: str, branch: str) -> BranchHead:
        """Ask the server where a branch points to; "" is the default branch."""
        ...

    def read(self, repo_url: str, commit: str, path: str) -> bytes | None:
        """Return the bytes of a file at a commit, None where there is no such file."""
        ...

    def commit(self, repo_url: str, head: BranchHead, message: str, files: Mapping[str, bytes]) -> str:
        """Write files on top of `head` and return the new commit.

        Raises ConflictError, and changes nothing, when the branch is elsewhere by now: read again.
        """
        ...
