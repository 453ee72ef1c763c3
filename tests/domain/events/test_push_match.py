"""Which sources a push touches."""

from __future__ import annotations

import pytest

from shared.domain.events.git_push import GitPush
from shared.domain.events.push_match import normalised_repo_url, touches_revision


def pushed(ref: str, default_branch: str = "main") -> GitPush:
    return GitPush("https://github.com/My-Org/Shop.git", ref, "a" * 40, "b" * 40, default_branch, None, "")


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/my-org/shop.git",
        "https://github.com/My-Org/Shop",
        "HTTPS://GitHub.COM/my-org/shop/",
        "https://github.com/my-org/shop.git/",
        "http://github.com/my-org/shop",
        "https://me:token@github.com/my-org/shop.git",
        "https://github.com:443/my-org/shop",
        "ssh://git@github.com/my-org/shop.git",
        "ssh://git@github.com:22/my-org/shop.git",
        "ssh://git@ssh.github.com:443/my-org/shop.git",
        "git@github.com:my-org/shop.git",
        "git@github.com:/my-org/shop",
        " https://github.com/my-org/shop ",
        "github.com/my-org/shop",
    ],
)
def test_all_spellings_of_a_repository_are_one(url: str) -> None:
    assert normalised_repo_url(url) == "github.com/my-org/shop"


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/my-org/shop2",
        "https://github.com/my-org",
        "https://github.com/other/shop",
        "https://github.com.example.org/my-org/shop",
        "https://example.org/github.com/my-org/shop",
        "https://github.com:8443/my-org/shop",
        "https://github.com/my-org/shop.git.git",
        "https://github.com/my-org/shop/sub",
        "file:///github.com/my-org/shop",
        "oci://github.com/my-org/shop",
        "",
    ],
)
def test_other_repositories_are_others(url: str) -> None:
    assert normalised_repo_url(url) != "github.com/my-org/shop"


def test_a_port_of_ones_own_tells_servers_apart() -> None:
    assert normalised_repo_url("http://127.0.0.1:3000/O/R.git") == "127.0.0.1:3000/o/r"


@pytest.mark.parametrize(
    ("target", "ref"),
    [
        ("", "refs/heads/main"),
        ("HEAD", "refs/heads/main"),
        ("main", "refs/heads/main"),
        ("refs/heads/main", "refs/heads/main"),
        ("feature/a/b", "refs/heads/feature/a/b"),
        ("v1", "refs/tags/v1"),
        ("refs/tags/v1", "refs/tags/v1"),
        ("v1", "refs/heads/v1"),
    ],
)
def test_a_push_touches_what_names_its_ref(target: str, ref: str) -> None:
    assert touches_revision(target, pushed(ref))


@pytest.mark.parametrize(
    ("target", "ref"),
    [
        ("", "refs/heads/feature"),
        ("HEAD", "refs/heads/HEAD2"),
        ("HEAD", "refs/tags/main"),
        ("b", "refs/heads/a/b"),
        ("a/b", "refs/heads/b"),
        ("Main", "refs/heads/main"),
        ("main", "refs/heads/main2"),
        ("refs/heads/v1", "refs/tags/v1"),
        ("b" * 40, "refs/heads/main"),
        ("1.*", "refs/tags/1.2.0"),
        (">=1.0.0", "refs/tags/1.2.0"),
    ],
)
def test_and_nothing_else(target: str, ref: str) -> None:
    assert not touches_revision(target, pushed(ref))


def test_the_default_branch_is_the_hosts_word() -> None:
    assert touches_revision("HEAD", pushed("refs/heads/trunk", default_branch="trunk"))
    assert not touches_revision("HEAD", pushed("refs/heads/main", default_branch="trunk"))
