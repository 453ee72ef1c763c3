"""The sandbox's webhooks, read by the product's own parser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.git.committer import WorkingCopy
from sandbox.git.server import SandboxGit
from shared.domain.access.secret_text import SecretText
from shared.domain.events.git_push import GitPush
from shared.domain.events.github import Ignored, Ping, read_github_event
from shared.errors import UnauthenticatedError
from tests.sandbox.git.receiver import Receiver, receiving

NAME = "My-Org/shop"
SECRET = "s3cret"
ZEROS = "0" * 40


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture
def server(tmp_path: Path, receiver: Receiver) -> Iterator[SandboxGit]:
    with SandboxGit(tmp_path / "served").start() as git:
        git.create(NAME, {"a.yaml": b"1", "b.yaml": b"1"})
        git.add_hook(NAME, receiver.url, SECRET)
        yield git


@pytest.fixture
def developer(server: SandboxGit, tmp_path: Path) -> Iterator[WorkingCopy]:
    with WorkingCopy(server.served_url(NAME), tmp_path / "developer") as copy:
        yield copy


def events(server: SandboxGit, receiver: Receiver) -> list[GitPush | Ping | Ignored]:
    """Wait until all is delivered and read it as the product does."""
    assert server.settle()
    return [read_github_event(headers, body, [SecretText(SECRET)]) for headers, body in receiver.received]


def pushes(server: SandboxGit, receiver: Receiver) -> list[GitPush]:
    return [event for event in events(server, receiver) if isinstance(event, GitPush)]


def payloads(server: SandboxGit, receiver: Receiver) -> list[dict[str, Any]]:
    assert server.settle()
    return [json.loads(body) for headers, body in receiver.received if headers["X-GitHub-Event"] == "push"]


def test_a_new_hook_is_pinged(server: SandboxGit, receiver: Receiver) -> None:
    (event,) = events(server, receiver)
    assert isinstance(event, Ping)
    assert [(delivery.event, delivery.status) for delivery in server.deliveries] == [("ping", 202)]


def test_a_push_arrives_signed(server: SandboxGit, developer: WorkingCopy, receiver: Receiver) -> None:
    before = developer.head()
    after = developer.commit({"a.yaml": b"2", "new/c.yaml": b"1"}, "change")
    (push,) = pushes(server, receiver)
    assert push == GitPush(
        repo_url="https://github.com/My-Org/shop.git",
        ref="refs/heads/main",
        before=before,
        after=after,
        default_branch="main",
        changed_paths=("a.yaml", "new/c.yaml"),
        delivery=server.deliveries[-1].guid,
    )


def test_the_body_is_shaped_as_githubs(
    server: SandboxGit, developer: WorkingCopy, receiver: Receiver
) -> None:
    commit = developer.commit({"a.yaml": None, "b.yaml": b"2", "c.yaml": b"1"}, "change ✓")
    (body,) = payloads(server, receiver)
    assert body["head_commit"] == body["commits"][0]
    assert body["commits"][0]["id"] == commit
    assert body["commits"][0]["message"] == "change ✓"
    assert [body["commits"][0][kind] for kind in ("added", "removed", "modified")] == [
        ["c.yaml"],
        ["a.yaml"],
        ["b.yaml"],
    ]
    assert (body["created"], body["deleted"], body["forced"]) == (False, False, False)
    repository = body["repository"]
    assert repository["full_name"] == NAME
    assert repository["clone_url"] == "https://github.com/My-Org/shop.git"
    assert repository["html_url"] == "https://github.com/My-Org/shop"
    assert repository["ssh_url"] == "git@github.com:My-Org/shop.git"
    assert isinstance(repository["id"], int)


def test_another_secret_does_not_open_it(
    server: SandboxGit, developer: WorkingCopy, receiver: Receiver
) -> None:
    developer.commit({"a.yaml": b"2"}, "change")
    assert server.settle()
    headers, body = receiver.received[-1]
    with pytest.raises(UnauthenticatedError):
        read_github_event(headers, body, [SecretText("other")])


def test_a_form_hook_is_read_too(server: SandboxGit, developer: WorkingCopy, tmp_path: Path) -> None:
    with receiving() as second:
        server.add_hook(NAME, second.url, SECRET, form=True)
        developer.commit({"ä & ö.yaml": b"1"}, "change + more")
        (push,) = pushes(server, second)
    assert push.changed_paths == ("ä & ö.yaml",)


def test_a_branch_comes_and_goes(server: SandboxGit, developer: WorkingCopy, receiver: Receiver) -> None:
    commit = developer.commit({"a.yaml": b"2"}, "start", branch="feature/x")
    developer.delete_branch("feature/x")
    made, gone = pushes(server, receiver)
    assert (made.ref, made.before, made.after) == ("refs/heads/feature/x", ZEROS, commit)
    assert made.created
    assert (gone.ref, gone.before, gone.after) == ("refs/heads/feature/x", commit, ZEROS)
    assert gone.deleted
    first, last = payloads(server, receiver)
    assert [described["id"] for described in first["commits"]] == [commit], "main's commits are not new"
    assert last["head_commit"] is None


def test_tags_are_pushes_too(server: SandboxGit, developer: WorkingCopy, receiver: Receiver) -> None:
    commit = developer.head()
    tag_object = developer.tag("v1", commit, message="annotated")
    (push,) = pushes(server, receiver)
    assert (push.ref, push.after, push.changed_paths) == ("refs/tags/v1", tag_object, None)
    (body,) = payloads(server, receiver)
    assert body["head_commit"]["id"] == commit
    assert body["commits"] == []


def test_a_forced_push_says_so_and_its_paths_are_unknown(
    server: SandboxGit, developer: WorkingCopy, receiver: Receiver
) -> None:
    first = developer.head()
    developer.commit({"a.yaml": b"2"}, "change")
    developer.reset("main", first)
    push = pushes(server, receiver)[-1]
    assert push.after == first
    assert push.changed_paths is None
    assert payloads(server, receiver)[-1]["forced"] is True


def test_a_revert_changes_the_same_paths(
    server: SandboxGit, developer: WorkingCopy, receiver: Receiver
) -> None:
    bad = developer.commit({"a.yaml": b"broken"}, "bad")
    developer.revert(bad)
    assert [push.changed_paths for push in pushes(server, receiver)] == [("a.yaml",), ("a.yaml",)]


def test_lost_webhooks_never_come(server: SandboxGit, developer: WorkingCopy, receiver: Receiver) -> None:
    server.lose_webhooks()
    developer.commit({"a.yaml": b"2"}, "lost")
    assert server.settle()
    server.deliver_webhooks()
    after = developer.commit({"a.yaml": b"3"}, "delivered")
    assert [push.after for push in pushes(server, receiver)] == [after]
    assert [(delivery.event, delivery.lost) for delivery in server.deliveries] == [
        ("ping", False),
        ("push", True),
        ("push", False),
    ]


def test_a_receiver_that_fails_gets_no_second_chance(
    server: SandboxGit, developer: WorkingCopy, receiver: Receiver
) -> None:
    receiver.status = 500
    developer.commit({"a.yaml": b"2"}, "change")
    assert server.settle()
    assert [delivery.status for delivery in server.deliveries] == [202, 500]
    assert len(receiver.received) == 2


def test_a_receiver_that_is_away_does_not_hold_up_the_push(
    server: SandboxGit, developer: WorkingCopy
) -> None:
    server.add_hook(NAME, "http://127.0.0.1:1/", SECRET)
    developer.commit({"a.yaml": b"2"}, "change")
    assert server.settle()
    assert sorted(delivery.status for delivery in server.deliveries) == [0, 0, 202, 202]


def test_hooks_of_one_repository_know_nothing_of_another(
    server: SandboxGit, receiver: Receiver, tmp_path: Path
) -> None:
    server.create("my-org/other", {"a": b"1"})
    with WorkingCopy(server.served_url("my-org/other"), tmp_path / "other") as other:
        other.commit({"a": b"2"}, "change")
    assert pushes(server, receiver) == []
