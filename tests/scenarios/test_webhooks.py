"""What comes in at the webhook's door, good and bad, with no timer to help."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.scenarios.local_world import NEVER, LocalWorld, config_map, deployment

MANY_BYTES = b"x" * (26 * 1024 * 1024)
ZEROS = "0" * 40


@pytest.fixture
def world(local_world: Callable[..., LocalWorld]) -> LocalWorld:
    """An application at its first commit, Synced and Healthy."""
    made = local_world(poll=NEVER, drift=NEVER)
    made.push({"shop/web.yaml": deployment()})
    made.create("shop")
    made.comes_to("shop", made.copy.head())
    made.eventually(lambda: made.waiting() == 0)
    return made


def test_a_push_is_deployed(world: LocalWorld) -> None:
    before, after = world.copy.head(), world.push({"shop/web.yaml": deployment(tag="2")})
    assert world.deliver(world.payload(before, after)) == 202
    world.comes_to("shop", after)


@pytest.mark.parametrize(
    ("headers", "secret"), [({"X_Hub_Signature_256": ""}, ""), ({}, "another secret")], ids=["none", "wrong"]
)
def test_without_the_right_signature_nothing_is_queued(
    world: LocalWorld, headers: dict[str, str], secret: str
) -> None:
    before, after = world.copy.head(), world.push({"shop/web.yaml": deployment(tag="2")})
    assert world.deliver(world.payload(before, after), secret=secret or "any", **headers) == 401
    assert world.waiting() == 0


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"ref": 1}', b"\xff\xfe"])
def test_a_proved_body_that_is_no_push_is_refused(world: LocalWorld, body: bytes) -> None:
    assert world.deliver(body) == 400
    assert world.waiting() == 0


def test_a_body_larger_than_github_sends_is_refused(world: LocalWorld) -> None:
    assert world.deliver(MANY_BYTES) == 413
    assert world.waiting() == 0


def test_an_event_that_is_not_used_is_welcome_and_ignored(world: LocalWorld) -> None:
    for event in ("issues", "ping", "workflow_run"):
        assert world.deliver(b"{}", X_GitHub_Event=event) == 200
    assert world.waiting() == 0


def test_a_repository_that_nobody_tracks_is_accepted_and_wakes_nobody(world: LocalWorld) -> None:
    status = world.status("shop")
    body = world.payload(ZEROS, "a" * 40, repo_url="https://github.com/somebody/else.git")
    assert world.deliver(body) == 202
    world.eventually(lambda: world.waiting() == 0)
    assert world.status("shop")["reconciledAt"] == status["reconciledAt"]
    assert world.world.ports.documents.scan("poison").documents == ()


def test_a_webhook_that_comes_again_is_deployed_once(world: LocalWorld) -> None:
    before, after = world.copy.head(), world.push({"shop/web.yaml": deployment(tag="2")})
    changes = world.changes()
    for _ in range(4):
        assert world.deliver(world.payload(before, after)) == 202
    world.comes_to("shop", after)
    assert world.deliver(world.payload(before, after)) == 202
    world.eventually(lambda: world.waiting() == 0)
    assert world.changes() - changes == {("patch", "deployments.apps", "web"): 1}
    assert len(world.status("shop")["history"]) == 2


def test_an_older_push_that_arrives_later_is_never_applied(world: LocalWorld) -> None:
    first = world.copy.head()
    older = world.push({"shop/web.yaml": deployment(tag="2")})
    newer = world.push({"shop/web.yaml": deployment(tag="3")})
    assert world.deliver(world.payload(older, newer)) == 202
    world.comes_to("shop", newer)
    assert world.deliver(world.payload(first, older)) == 202
    world.eventually(lambda: world.waiting() == 0)
    assert world.is_at("shop", newer)
    found = world.live("Deployment", "web") or {}
    assert found["spec"]["template"]["spec"]["containers"][0]["image"].endswith(":3")
    assert found["metadata"]["generation"] == 2, "the image went from 1 to 3 and never to 2"


def test_of_two_pushes_in_a_burst_the_last_wins(world: LocalWorld) -> None:
    first = world.copy.head()
    second = world.push({"shop/web.yaml": deployment(tag="2")})
    third = world.push({"shop/web.yaml": deployment(tag="3"), "shop/more.yaml": config_map("more")})
    assert world.deliver(world.payload(first, second)) == 202
    assert world.deliver(world.payload(second, third)) == 202
    world.comes_to("shop", third)
    world.eventually(lambda: world.waiting() == 0)
    assert world.is_at("shop", third)
    assert world.live("ConfigMap", "more") is not None
