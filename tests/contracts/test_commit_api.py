"""The promise of shared/ports/commit_api.py, on GitHub's API and on any Git server."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pygit2
import pytest

from sandbox.git.committer import WorkingCopy
from sandbox.git.github_api import SandboxGitHubApi
from sandbox.git.server import SandboxGit
from shared.adapters.git.commit_push import PushedCommits
from shared.adapters.github.commit_api import GitHubCommits
from shared.adapters.system.clock import SystemClock
from shared.domain.access.secret_text import SecretText
from shared.domain.source.repository_credential import RepositoryCredential
from shared.errors import ConflictError, NotFoundError, UnauthenticatedError
from shared.ports.commit_api import BranchHead, CommitApi

NAME, URL = "my-org/shop", "https://github.com/my-org/shop.git"
FILES: dict[str, bytes | None] = {
    "values.yaml": b"\xef\xbb\xbftag: 1.0.0\r\n",
    "bin/run": b"#!/bin/sh\n",
    "d/\u2713 1.yaml": b"a: 1\n",
}


@dataclass
class World:
    git: SandboxGit
    commits: CommitApi
    developer: WorkingCopy
    credentials: list[RepositoryCredential | None] = field(default_factory=list)

    def read(self, path: str) -> bytes:
        return self.developer.read(path)


@pytest.fixture(params=["github", "git"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    with (
        SandboxGit(tmp_path / "served").start() as git,
        SandboxGitHubApi(git).start() as api,
        WorkingCopy(git.served_url(NAME), tmp_path / "copy") as copy,
    ):
        git.create(NAME, FILES)
        credential: list[RepositoryCredential | None] = [RepositoryCredential("x", SecretText(api.token))]
        if request.param == "github":

            def where(url: str) -> str:
                return url.replace("https://api.github.com", api.url)

            github = GitHubCommits(SystemClock(), lambda _: credential[0], where)
            yield World(git, github, copy, credential)
            github.close()
        else:
            pushed = PushedCommits(tmp_path / "cache", SystemClock(), lambda _: credential[0], git.where_is)
            yield World(git, pushed, copy, credential)


@pytest.mark.parametrize("branch", ["main", ""])
def test_the_head_of_a_branch_and_of_the_default_one_is_known(world: World, branch: str) -> None:
    assert world.commits.head(URL, branch) == BranchHead("main", world.git.refs(NAME)["refs/heads/main"])


@pytest.mark.parametrize("branch", ["release/1.0", "nowhere"])
def test_another_branch_is_found_or_is_not(world: World, branch: str) -> None:
    commit = world.developer.commit({"a": b"1"}, "A", branch="release/1.0")
    if branch == "nowhere":
        with pytest.raises(NotFoundError, match="nowhere"):
            world.commits.head(URL, branch)
    else:
        assert world.commits.head(URL, branch) == BranchHead(branch, commit)


@pytest.mark.parametrize("path", list(FILES))
def test_files_are_read_byte_for_byte(world: World, path: str) -> None:
    assert world.commits.read(URL, world.commits.head(URL, "").commit, path) == FILES[path]


@pytest.mark.parametrize("path", ["nothing.yaml", "bin", "bin/nothing"])
def test_what_is_no_file_is_none(world: World, path: str) -> None:
    assert world.commits.read(URL, world.commits.head(URL, "").commit, path) is None


def test_a_file_is_read_as_it_was_at_the_commit(world: World) -> None:
    before = world.commits.head(URL, "main")
    world.developer.commit({"values.yaml": b"tag: 2\n"}, "Two")
    assert world.commits.read(URL, before.commit, "values.yaml") == FILES["values.yaml"]


def test_several_files_are_one_commit_and_modes_stay(world: World) -> None:
    head = world.commits.head(URL, "main")
    made = world.commits.commit(
        URL,
        head,
        "Bump\n\nTwo files\n\nA-Trailer: x\n",
        {"values.yaml": b"tag: 2\n", "bin/run": b"#!/bin/sh\n2\n"},
    )
    assert world.commits.head(URL, "main").commit == made
    assert (world.read("values.yaml"), world.read("bin/run")) == (b"tag: 2\n", b"#!/bin/sh\n2\n")
    repository = world.git.repository(NAME)
    assert repository is not None
    repo = repository.open()
    commit = repo[made].peel(pygit2.Commit)
    assert [str(parent) for parent in commit.parent_ids] == [head.commit]
    assert commit.message.strip() == "Bump\n\nTwo files\n\nA-Trailer: x"
    assert commit.tree["bin/run"].filemode == 0o100755
    assert world.read("d/\u2713 1.yaml") == b"a: 1\n"
    repo.free()


def test_a_branch_that_has_moved_is_a_conflict_and_stays_as_it_is(world: World) -> None:
    head = world.commits.head(URL, "main")
    moved = world.developer.commit({"values.yaml": b"tag: by hand\n"}, "By hand")
    with pytest.raises(ConflictError, match="main is no longer at"):
        world.commits.commit(URL, head, "Bump", {"values.yaml": b"tag: 2\n"})
    assert world.commits.head(URL, "main").commit == moved
    assert world.read("values.yaml") == b"tag: by hand\n"


def test_a_branch_that_was_put_back_is_a_conflict(world: World) -> None:
    first = world.commits.head(URL, "main").commit
    world.developer.commit({"a": b"1"}, "A")
    second = world.commits.head(URL, "main")
    world.developer.reset("main", first)
    with pytest.raises(ConflictError):
        world.commits.commit(URL, second, "Bump", {"values.yaml": b"tag: 2\n"})
    assert world.commits.head(URL, "main").commit == first


def test_of_many_writers_with_one_head_exactly_one_wins(world: World) -> None:
    head = world.commits.head(URL, "main")

    def won(number: int) -> bool:
        try:
            return bool(world.commits.commit(URL, head, f"Bump {number}", {"values.yaml": b"%d" % number}))
        except ConflictError:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(won, range(8))) == 1


def test_who_reads_again_after_a_conflict_gets_through_and_nothing_is_lost(world: World) -> None:
    def add(number: int) -> None:
        while True:
            head = world.commits.head(URL, "main")
            text = world.commits.read(URL, head.commit, "lines") or b""
            try:
                world.commits.commit(URL, head, f"Add {number}", {"lines": text + b"%d\n" % number})
            except ConflictError:
                continue
            return

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(8)))
    assert sorted(world.read("lines").split()) == [b"%d" % number for number in range(8)]


def test_a_commit_tells_the_webhooks(world: World) -> None:
    world.git.add_hook(NAME, "http://127.0.0.1:9/", "secret")
    world.commits.commit(URL, world.commits.head(URL, ""), "Bump", {"values.yaml": b"2"})
    world.git.settle()
    assert [delivery.event for delivery in world.git.deliveries] == ["ping", "push"]


@pytest.mark.parametrize("trouble", ["nobody", "wrong"])
def test_without_the_right_token_nothing_is_written_and_none_is_shown(world: World, trouble: str) -> None:
    head = world.commits.head(URL, "main")
    world.git.protect(NAME, "x", "the-password")
    world.credentials[0] = None if trouble == "nobody" else RepositoryCredential("x", SecretText("guessed"))
    with pytest.raises(UnauthenticatedError) as caught:
        world.commits.commit(URL, head, "Bump", {"values.yaml": b"2"})
    assert "guessed" not in str(caught.value)
    assert world.git.refs(NAME)["refs/heads/main"] == head.commit


def test_an_unknown_repository_is_not_found(world: World) -> None:
    with pytest.raises(NotFoundError):
        world.commits.head("https://github.com/my-org/nothing.git", "main")
