"""The developer of the demo."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.git.committer import WorkingCopy
from sandbox.git.server import SandboxGit

NAME = "my-org/shop"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SandboxGit]:
    with SandboxGit(tmp_path / "served").start() as git:
        git.create(NAME, {"a.yaml": b"image: a:1\n", "bin/run": b"#!/bin/sh\n"})
        yield git


@pytest.fixture
def developer(server: SandboxGit, tmp_path: Path) -> Iterator[WorkingCopy]:
    with WorkingCopy(server.served_url(NAME), tmp_path / "developer") as copy:
        yield copy


def test_a_commit_is_on_the_server(server: SandboxGit, developer: WorkingCopy) -> None:
    commit = developer.commit({"a.yaml": b"image: a:2\n", "new/b.yaml": b"b"}, "change")
    assert server.refs(NAME)["refs/heads/main"] == commit == developer.head()
    assert developer.read("a.yaml") == b"image: a:2\n"
    assert developer.read("bin/run") == b"#!/bin/sh\n"


def test_removing_the_last_file_of_a_directory_removes_it(developer: WorkingCopy) -> None:
    developer.commit({"bin/run": None}, "remove")
    with pytest.raises(KeyError):
        developer.read("bin/run")


def test_a_branch_may_be_emptied(developer: WorkingCopy) -> None:
    developer.commit({"a.yaml": None, "bin/run": None}, "remove all")
    with pytest.raises(KeyError):
        developer.read("a.yaml")


def test_what_is_not_there_cannot_be_removed_or_replaced(developer: WorkingCopy) -> None:
    with pytest.raises(KeyError, match=r"nope\.yaml"):
        developer.commit({"nope.yaml": None}, "remove")
    with pytest.raises(ValueError, match=r"a\.yaml has no 'a:9'"):
        developer.replace("a.yaml", "a:9", "a:2", "bump")


def test_text_is_replaced(developer: WorkingCopy) -> None:
    developer.replace("a.yaml", "a:1", "a:2", "bump")
    assert developer.read("a.yaml") == b"image: a:2\n"


def test_a_revert_undoes_one_commit_and_keeps_the_later(developer: WorkingCopy) -> None:
    bad = developer.commit({"a.yaml": b"image: a:broken\n"}, "bad")
    developer.commit({"b.yaml": b"good"}, "good")
    developer.revert(bad)
    assert developer.read("a.yaml") == b"image: a:1\n"
    assert developer.read("b.yaml") == b"good"


def test_a_revert_that_conflicts_is_refused(developer: WorkingCopy) -> None:
    bad = developer.commit({"a.yaml": b"image: a:2\n"}, "bad")
    developer.commit({"a.yaml": b"image: a:3\n"}, "later")
    with pytest.raises(ValueError, match="cannot be reverted"):
        developer.revert(bad)


def test_two_developers_build_on_each_other(
    server: SandboxGit, developer: WorkingCopy, tmp_path: Path
) -> None:
    with WorkingCopy(server.served_url(NAME), tmp_path / "bob", author="Bob") as bob:
        developer.commit({"one": b"1"}, "one")
        bob.commit({"two": b"2"}, "two")
    assert developer.read("one") == b"1"
    assert developer.read("two") == b"2"


def test_branches_start_at_main_and_can_be_deleted(server: SandboxGit, developer: WorkingCopy) -> None:
    developer.commit({"c": b"1"}, "start", branch="feature/x")
    assert developer.read("a.yaml", "feature/x") == b"image: a:1\n"
    developer.delete_branch("feature/x")
    assert "refs/heads/feature/x" not in server.refs(NAME)
    with pytest.raises(KeyError):
        developer.head("feature/x")


def test_a_private_repository_is_entered_with_its_login(server: SandboxGit, tmp_path: Path) -> None:
    server.protect(NAME, "ann", "p@ss")
    with WorkingCopy(server.served_url(NAME), tmp_path / "ann", login=("ann", "p@ss")) as ann:
        commit = ann.commit({"x": b"1"}, "inside")
    assert server.refs(NAME)["refs/heads/main"] == commit
