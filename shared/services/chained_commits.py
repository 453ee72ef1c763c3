"""Who commits to a repository: GitHub's API for its own, a push for all others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

from shared.domain.events.repo_url import RepoUrl
from shared.ports.commit_api import BranchHead, CommitApi

_GITHUB = "github.com"


class ChainedCommits:
    """See the port commit_api. Both are made when first needed."""

    def __init__(self, github: Callable[[], CommitApi], git: Callable[[], CommitApi]) -> None:
        self._make_github, self._make_git = github, git

    def head(self, repo_url: str, branch: str) -> BranchHead:
        return self._at(repo_url).head(repo_url, branch)

    def read(self, repo_url: str, commit: str, path: str) -> bytes | None:
        return self._at(repo_url).read(repo_url, commit, path)

    def commit(self, repo_url: str, head: BranchHead, message: str, files: Mapping[str, bytes]) -> str:
        return self._at(repo_url).commit(repo_url, head, message, files)

    def _at(self, repo_url: str) -> CommitApi:
        return self._github if RepoUrl.parse(repo_url).host.lower() == _GITHUB else self._git

    @cached_property
    def _github(self) -> CommitApi:
        return self._make_github()

    @cached_property
    def _git(self) -> CommitApi:
        return self._make_git()
