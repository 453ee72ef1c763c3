"""What GitHub says no with, in our words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.git.github_api import SandboxGitHubApi
from sandbox.git.server import SandboxGit
from shared.adapters.github.commit_api import GitHubCommits
from shared.adapters.system.clock import SystemClock
from shared.domain.access.secret_text import SecretText
from shared.domain.source.repository_credential import RepositoryCredential
from shared.errors import InvalidSpecError, UnavailableError

URL = "https://github.com/my-org/shop.git"


@pytest.fixture
def api(tmp_path: Path) -> Iterator[SandboxGitHubApi]:
    with SandboxGit(tmp_path).start() as git, SandboxGitHubApi(git).start() as made:
        git.create("my-org/shop", {"a": b"1"})
        yield made


@pytest.fixture
def commits(api: SandboxGitHubApi) -> Iterator[GitHubCommits]:
    token, place = RepositoryCredential("x", SecretText(api.token)), api.url
    made = GitHubCommits(
        SystemClock(), lambda _: token, lambda url: url.replace("https://api.github.com", place)
    )
    yield made
    made.close()


def test_a_rate_limit_is_waited_for_at_least_a_minute(api: SandboxGitHubApi, commits: GitHubCommits) -> None:
    api.limited = 1
    with pytest.raises(UnavailableError, match="rate limit") as caught:
        commits.head(URL, "main")
    assert caught.value.retry_after_seconds == 60


def test_an_api_that_does_not_answer_is_unavailable(api: SandboxGitHubApi, commits: GitHubCommits) -> None:
    api.stop()
    with pytest.raises(UnavailableError, match="does not answer"):
        commits.head(URL, "main")


@pytest.mark.parametrize(
    "url", ["https://github.com/my-org", "https://github.com/a/b/c", "https://github.com/"]
)
def test_what_is_no_repository_of_github_is_refused(commits: GitHubCommits, url: str) -> None:
    with pytest.raises(InvalidSpecError, match="is no repository of GitHub"):
        commits.head(url, "main")


def test_a_commit_and_a_head_cost_two_requests(api: SandboxGitHubApi, commits: GitHubCommits) -> None:
    commits.commit(URL, commits.head(URL, "main"), "Bump", {"a": b"2"})
    assert [method for method, _ in api.requests] == ["GET", "POST"]
