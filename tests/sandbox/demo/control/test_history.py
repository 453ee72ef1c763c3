"""Commits are found on the branch, and on it only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.demo.control.history import History
from sandbox.git.committer import WorkingCopy
from sandbox.git.server import SandboxGit

NAME = "my-org/shop"


@pytest.fixture
def git(tmp_path: Path) -> Iterator[SandboxGit]:
    with SandboxGit(tmp_path / "git").start() as server:
        server.create(NAME, {"README.md": b"shop\n"})
        yield server


@pytest.fixture
def copy(git: SandboxGit, tmp_path: Path) -> Iterator[WorkingCopy]:
    with WorkingCopy(git.served_url(NAME), tmp_path / "copy") as found:
        yield found


def test_a_commit_is_found_by_its_beginning_with_what_it_changed(git: SandboxGit, copy: WorkingCopy) -> None:
    commit = copy.commit({"b/x": b"1", "README.md": None}, "Move\n\nWith a body")
    found = History(git, NAME).find(commit[:8])
    assert found is not None
    assert (found.id, found.subject, found.parents) == (commit, "Move", 1)
    assert found.files == ("README.md", "b/x")
    assert str(found) == f"{commit[:7]} Move"


def test_the_first_commit_has_no_parent(git: SandboxGit) -> None:
    history = History(git, NAME)
    found = history.find(history.head())
    assert found is not None
    assert found.parents == 0


@pytest.mark.parametrize("text", ["abcdef12", "0" * 40, "refs/heads/main^9", "no such"])
def test_what_is_no_commit_is_not_found(git: SandboxGit, text: str) -> None:
    assert History(git, NAME).find(text) is None


def test_a_commit_of_another_branch_is_not_found(git: SandboxGit, copy: WorkingCopy) -> None:
    commit = copy.commit({"x": b"1"}, "Elsewhere", branch="other")
    assert History(git, NAME).find(commit) is None


def test_what_came_since_a_commit_is_told_newest_first(git: SandboxGit, copy: WorkingCopy) -> None:
    history = History(git, NAME)
    before = history.head()
    older = copy.commit({"x": b"1"}, "One\n\nbody")
    newer = copy.commit({"x": b"2"}, "Two")
    assert [(found.id, message) for found, message in history.since(before)] == [
        (newer, "Two"),
        (older, "One\n\nbody"),
    ]


def test_a_commit_is_in_itself_and_in_what_came_after_but_not_before(
    git: SandboxGit, copy: WorkingCopy
) -> None:
    history = History(git, NAME)
    before = history.head()
    commit = copy.commit({"x": b"1"}, "One")
    after = copy.commit({"x": b"2"}, "Two")
    assert history.in_one_of([commit], commit)
    assert history.in_one_of(["f" * 40, after], commit)
    assert not history.in_one_of([before, "f" * 40], commit)
    assert not history.in_one_of([], commit)
