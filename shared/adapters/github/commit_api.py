"""The commit_api port on GitHub: no clone, a commit that GitHub signs, and its own compare-and-swap."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import requests

from shared.adapters.github.github_http import GitHubHttp
from shared.domain.access.secret_text import SecretText
from shared.domain.events.repo_url import RepoUrl, without_userinfo
from shared.domain.source.repository_credential import RepositoryCredential
from shared.errors import (
    ConflictError,
    InvalidSpecError,
    NotFoundError,
    PermissionDeniedError,
    TidegateError,
    UnauthenticatedError,
    UnavailableError,
)
from shared.ports.clock import Clock
from shared.ports.commit_api import BranchHead

_JSON, _RAW = "application/vnd.github+json", "application/vnd.github.raw+json"
_PARTS = 2
_COMMIT = """
mutation($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid } }
}
"""


class GitHubCommits:
    """Implements shared/ports/commit_api.py for github.com.

    Args:
        clock: for rate limits.
        credential: written URL (without userinfo) → its token as password; None = nobody.
        where: written URL → where it is, like git's insteadOf.
    """

    def __init__(
        self,
        clock: Clock,
        credential: Callable[[str], RepositoryCredential | None],
        where: Callable[[str], str],
    ) -> None:
        self._http = GitHubHttp(clock, where)
        self._credential = credential

    def close(self) -> None:
        self._http.close()

    def head(self, repo_url: str, branch: str) -> BranchHead:
        repo = _Repository.of(repo_url)
        token = self._token(repo)
        if not branch:
            found = self._http.get(repo.subject, f"/repos/{repo.name}", token, _JSON)
            branch = str(
                _required(repo, found, "does not exist, or is hidden from our token")["default_branch"]
            )
        answer = self._http.get(
            repo.subject, f"/repos/{repo.name}/git/ref/heads/{quote(branch)}", token, _JSON
        )
        found_ref = _required(repo, answer, f"has no branch {branch!r}, or is hidden from our token")
        return BranchHead(branch, str(found_ref["object"]["sha"]))

    def read(self, repo_url: str, commit: str, path: str) -> bytes | None:
        repo = _Repository.of(repo_url)
        url = f"/repos/{repo.name}/contents/{quote(path)}?ref={commit}"
        answer = self._http.get(repo.subject, url, self._token(repo), _RAW)
        if answer is None:
            return None
        # a folder is answered as a list in JSON, whatever was asked for
        return None if "raw" not in answer.headers.get("Content-Type", "") else answer.content

    def commit(self, repo_url: str, head: BranchHead, message: str, files: Mapping[str, bytes]) -> str:
        repo = _Repository.of(repo_url)
        headline, _, body = message.partition("\n")
        additions = [
            {"path": path, "contents": base64.b64encode(data).decode()} for path, data in files.items()
        ]
        wanted = {
            "branch": {"repositoryNameWithOwner": repo.name, "branchName": head.branch},
            "expectedHeadOid": head.commit,
            "message": {"headline": headline, "body": body.strip()},
            "fileChanges": {"additions": additions},
        }
        told = self._http.query(repo.subject, _COMMIT, {"input": wanted}, self._token(repo))
        if told.get("errors"):
            raise _refusal(repo, head, told["errors"][0])
        return str(told["data"]["createCommitOnBranch"]["commit"]["oid"])

    def _token(self, repo: _Repository) -> SecretText:
        credential = self._credential(repo.url)
        if credential is None:
            raise UnauthenticatedError(
                f"{repo.subject}: no token is known, and GitHub lets nobody write without one. "
                "Register the repository with a token as its password"
            )
        return credential.password


class _Repository:
    """`name` is `my-org/shop`; `url` as people write it, without userinfo."""

    def __init__(self, name: str, url: str) -> None:
        self.name, self.url = name, url
        self.subject = f"Repository {url}"

    @classmethod
    def of(cls, repo_url: str) -> _Repository:
        shown = without_userinfo(repo_url)
        parts = RepoUrl.parse(repo_url).path.strip("/").removesuffix(".git").split("/")
        if len(parts) != _PARTS or not all(parts):
            raise InvalidSpecError(f"Repository {shown}", "repoURL", "is no repository of GitHub")
        return cls("/".join(parts), shown)


def _required(repo: _Repository, answer: requests.Response | None, problem: str) -> dict[str, Any]:
    if answer is None:
        raise NotFoundError(f"{repo.subject}: {problem}")
    found: dict[str, Any] = answer.json()
    return found


def _refusal(repo: _Repository, head: BranchHead, error: Mapping[str, Any]) -> TidegateError:
    """Source: GitHub's GraphQL answers 200 with `errors[].type`; STALE_DATA is a branch that has moved."""
    kind, text = str(error.get("type", "")), str(error.get("message", ""))
    if kind == "STALE_DATA":
        return ConflictError(f"{repo.subject}: {head.branch} is no longer at {head.commit[:7]}")
    if kind in ("FORBIDDEN", "INSUFFICIENT_SCOPES", "UNPROCESSABLE"):
        return PermissionDeniedError(
            f"{repo.subject}: GitHub refuses a commit to {head.branch}: {text}. Let our token "
            "write contents, past the branch's rules"
        )
    if kind == "NOT_FOUND":
        return NotFoundError(f"{repo.subject}: {text}")
    return UnavailableError(f"{repo.subject}: GitHub does not commit to {head.branch}: {text}")
