"""What Git says an application should be, and who said it."""

from __future__ import annotations

import json

import pytest

from shared.errors import InvalidRequestError, NotFoundError
from tests.services.worlds import REPO, SHOP, Engine, config_map, engine, synced_engine


def names(world: Engine, *revisions: str) -> list[str]:
    found = world.views.manifests(SHOP, revisions)["manifests"]
    return [json.loads(text)["metadata"]["name"] for text in found]


def test_they_are_those_of_the_revision_that_was_last_compared() -> None:
    world = synced_engine()
    before = world.git.head(REPO)
    world.push({"shop/later.yaml": config_map("later")})
    found = world.views.manifests(SHOP)
    assert names(world) == ["greeting"]
    assert (found["revision"], found["revisions"]) == (before, [before])
    assert (found["namespace"], found["sourceType"]) == ("shop", "Directory")
    assert len(world.tool.renders) == 1


def test_another_revision_can_be_asked_for_by_commit_or_name() -> None:
    world = synced_engine()
    first = world.git.head(REPO)
    world.push({"shop/later.yaml": config_map("later")})
    assert names(world, "main") == ["later"]
    assert names(world, first) == ["greeting"]
    with pytest.raises(NotFoundError, match="nowhere"):
        names(world, "nowhere")
    with pytest.raises(InvalidRequestError, match="has 1 sources, and 2 revisions were given"):
        names(world, first, first)


def test_no_value_of_a_secret_is_shown() -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"a": "c4nary"}}
    world = engine({"shop/s.yaml": secret})
    world.add()
    world.run_for(1)
    (text,) = world.views.manifests(SHOP)["manifests"]
    assert list(json.loads(text)["stringData"]) == ["a"]
    assert "c4nary" not in text


def test_a_commit_says_who_when_and_why() -> None:
    world = synced_engine()
    found = world.views.manifests.commit(SHOP, world.git.head(REPO))
    assert found["author"] == "Developer <developer@example.invalid>"
    assert (found["date"], found["message"]) == ("2026-01-01T12:00:00Z", "A")


def test_a_branch_is_no_commit_and_a_source_that_is_not_there_is_named() -> None:
    world = synced_engine()
    with pytest.raises(InvalidRequestError, match="revision main must be resolved"):
        world.views.manifests.commit(SHOP, "main")
    with pytest.raises(InvalidRequestError, match="has no source 1"):
        world.views.manifests.commit(SHOP, world.git.head(REPO), 1)
    with pytest.raises(NotFoundError):
        engine().views.manifests(SHOP)
