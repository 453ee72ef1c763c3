"""Who commits where."""

from __future__ import annotations

import pytest

from shared.services.chained_commits import ChainedCommits
from tests.services.image_worlds import MemoryCommits
from tests.services.memory_git import MemoryGit


def commits_of(repo_url: str) -> MemoryCommits:
    git = MemoryGit()
    git.push(repo_url, {"a": {}})
    return MemoryCommits(git)


@pytest.mark.parametrize(
    ("url", "by"),
    [
        ("https://github.com/my-org/shop.git", "github"),
        ("https://GitHub.com/my-org/shop", "github"),
        ("https://dev.azure.com/my-org/_git/shop", "git"),
        ("https://github.com.evil.example/my-org/shop", "git"),
    ],
)
def test_githubs_api_is_for_github_and_a_push_for_all_others(url: str, by: str) -> None:
    made = {"github": commits_of(url), "git": commits_of(url)}
    chained = ChainedCommits(lambda: made["github"], lambda: made["git"])
    head = chained.head(url, "main")
    assert chained.read(url, head.commit, "a") == b"{}"
    chained.commit(url, head, "Bump", {"a": b"1"})
    assert {name: len(each.messages) for name, each in made.items()} == {"github": 0, "git": 0} | {by: 1}


def test_who_is_not_needed_is_not_made() -> None:
    def never() -> MemoryCommits:
        raise AssertionError("made for nothing")

    url = "https://dev.azure.com/my-org/_git/shop"
    ChainedCommits(never, lambda: commits_of(url)).head(url, "main")
