"""Which applications a push wakes, and what is believed of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shared.domain.events.git_push import NO_COMMIT, GitPush
from shared.domain.specs.app_ref import AppRef
from shared.errors import UnavailableError
from tests.services.worlds import REPO, SHOP, Engine, application, config_map, engine

WEB = AppRef("argocd", "web")
FILES = {"shop/greeting.yaml": config_map("greeting"), "web/page.yaml": config_map("page")}
CHANGED = {**FILES, "shop/greeting.yaml": config_map("greeting", "bye")}


@pytest.fixture
def world() -> Engine:
    """Two applications in one repository, both Synced."""
    made = engine(FILES)
    made.add(application("shop"))
    made.add(application("web"))
    made.run_for(5)
    return made


def woken(world: Engine) -> list[str]:
    return [stored.ref.name for stored in world.rows.statuses() if stored.status.wake.token]


def test_only_what_the_push_touches_is_woken(world: Engine) -> None:
    assert world.receive_push(world.push(CHANGED)) == 1
    assert woken(world) == ["shop"]
    assert world.status(SHOP).wake.reasons == ("push",)


def test_a_push_that_touches_nothing_that_was_read_wakes_nobody(world: Engine) -> None:
    assert world.receive_push(world.push({**FILES, "README.md": {"a": 1}})) == 0
    assert woken(world) == []


def test_the_url_may_be_written_in_another_way(world: Engine) -> None:
    push = replace(world.push(CHANGED), repo_url="git@github.com:My-Org/shop")
    world.git.alias(push.repo_url, REPO)
    assert world.receive_push(push) == 1


def test_another_branch_wakes_nobody(world: Engine) -> None:
    push = replace(world.push(CHANGED), ref="refs/heads/feature")
    assert world.receive_push(push) == 0


def test_the_new_head_is_taken_from_the_push_without_asking_the_server(world: Engine) -> None:
    push = world.push(CHANGED)
    world.git.calls.clear()
    world.receive_push(push)
    assert not [call for call in world.git.calls if call.startswith("resolve")]
    assert world.index.head(REPO, "main") == push.after


def test_when_it_does_not_follow_on_what_we_knew_the_server_is_asked_for_the_truth(world: Engine) -> None:
    lost = world.push(CHANGED)
    late = world.push({**CHANGED, "web/page.yaml": config_map("page", "new")})
    world.git.calls.clear()
    world.receive_push(late)
    assert "resolve main" in world.git.calls
    assert world.index.head(REPO, "main") == late.after
    world.receive_push(lost)
    assert world.index.head(REPO, "main") == late.after, "an older push that comes later moves nothing back"


def test_the_same_push_twice_is_safe(world: Engine) -> None:
    push = world.push(CHANGED)
    assert [world.receive_push(push), world.receive_push(push)] == [1, 1]
    world.run_for(5)
    assert len(world.cluster.writes()) == 3


def test_a_push_whose_base_is_unknown_is_compared_with_what_was_known(world: Engine) -> None:
    push = replace(world.push(CHANGED), before=NO_COMMIT)
    assert world.receive_push(push) == 1
    assert woken(world) == ["shop"]


def test_what_a_lost_push_changed_is_woken_by_the_next_one(world: Engine) -> None:
    world.push(CHANGED)
    late = world.push({**CHANGED, "web/page.yaml": config_map("page", "new")})
    assert world.receive_push(late) == 2
    assert woken(world) == ["shop", "web"]


def test_a_push_that_fails_half_way_is_found_by_the_poll(world: Engine) -> None:
    """The head has moved when the files are asked for; were nobody owed, the poll would find no change."""
    push = world.push(CHANGED)
    world.git.failures[REPO] = UnavailableError("Repository: does not answer")
    with pytest.raises(UnavailableError):
        world.receive_push(push)
    world.git.failures.clear()
    assert world.index.head(REPO, "main") == push.after
    assert world.poll_repositories() == 1
    assert woken(world) == ["shop"]
    assert world.poll_repositories() == 0


def test_a_deleted_branch_wakes_all_of_it_and_they_say_what_is_missing(world: Engine) -> None:
    head = world.git.head(REPO)
    world.git.delete_branch(REPO, "main")
    assert world.receive_push(GitPush(REPO, "refs/heads/main", head, NO_COMMIT, "main", None, "1")) == 2
    world.run_for(1)
    assert [condition.message for condition in world.status(SHOP).conditions] == [
        f"Repository {REPO}: has no branch, tag or ref 'main'"
    ]
    assert world.cluster.named("ConfigMap") == ["shop/greeting", "shop/page"], "nothing is pruned for it"


def test_while_the_repository_is_away_the_message_fails_and_comes_again(world: Engine) -> None:
    push = world.push(CHANGED)
    world.git.failures[REPO] = UnavailableError("Repository: does not answer")
    with pytest.raises(UnavailableError):
        world.receive_push(push)
    del world.git.failures[REPO]
    assert world.receive_push(push) == 1, "the head had moved before the failure; the push is not lost"


def test_the_trace_of_a_push_goes_along(world: Engine) -> None:
    world.receive_push(world.push(CHANGED), f"00-{'a' * 32}-{'b' * 16}-01")
    world.run_for(1)
    assert world.status(SHOP).clock.trace == "a" * 32
