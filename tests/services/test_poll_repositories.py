"""The poll finds what no webhook told."""

from __future__ import annotations

from typing import Any

import pytest

from shared.domain.specs.app_ref import AppRef
from shared.errors import UnavailableError
from shared.services.poll_repositories import PollRepositories
from shared.services.wake_applications import WakeApplications
from tests.services.worlds import REPO, SHOP, Engine, application, config_map, engine

OTHER = "https://github.com/my-org/other.git"
FILES = {"shop/greeting.yaml": config_map("greeting"), "web/page.yaml": config_map("page")}
CHANGED = {**FILES, "shop/greeting.yaml": config_map("greeting", "bye")}


@pytest.fixture
def world() -> Engine:
    made = engine(FILES)
    made.git.push(OTHER, {"api/a.yaml": config_map("a")})
    made.add(application("shop"))
    made.add(application("web"))
    source = {"repoURL": OTHER, "targetRevision": "main", "path": "api"}
    made.add(application("api", source=source))
    made.run_for(5)
    made.git.calls.clear()
    return made


def resolved(world: Engine) -> int:
    return len([call for call in world.git.calls if call.startswith("resolve")])


def test_each_ref_is_asked_for_once_however_many_applications_track_it(world: Engine) -> None:
    assert world.poll_repositories() == 0
    assert resolved(world) == 2


def test_what_moved_wakes_those_that_it_touches(world: Engine) -> None:
    world.git.push(REPO, CHANGED)
    assert world.poll_repositories() == 1
    assert world.status(SHOP).wake.reasons == ("git",)
    world.run_for(5)
    assert world.cluster.objects[next(k for k in world.cluster.objects if k.name == "greeting")]["data"] == {
        "text": "bye"
    }
    assert world.poll_repositories() == 0


def test_a_commit_id_never_moves_and_is_not_asked_for(world: Engine) -> None:
    source = {"repoURL": REPO, "targetRevision": world.git.head(REPO), "path": "shop"}
    world.add(application("fixed", source=source))
    world.run_for(5)
    world.git.calls.clear()
    world.poll_repositories()
    assert resolved(world) == 2


def test_a_repository_that_is_away_holds_up_no_other(world: Engine) -> None:
    world.git.push(REPO, CHANGED)
    world.git.failures[OTHER] = UnavailableError("Repository: does not answer")
    assert world.poll_repositories() == 1


def test_a_change_is_found_again_when_nobody_knows_what_was_there(world: Engine) -> None:
    world.git.push(REPO, CHANGED)
    moved = world.index.advance(world.index.known(REPO, "main"), "")
    assert moved is not None
    world.index.settle(moved)
    assert world.poll_repositories() == 2, "nobody knows what differs: all of the branch are woken"


def test_who_is_woken_reads_the_new_head(world: Engine) -> None:
    """The work may begin before the poll has ended."""
    after = world.git.push(REPO, CHANGED)
    read: list[str] = []

    class WakeAndLook(WakeApplications):
        def __call__(self, *args: Any, **more: Any) -> None:
            read.append(world.index.head(REPO, "main"))

    wake = WakeAndLook(world.rows, world.ports.work, world.clock, world.ports.random)
    PollRepositories(world.index, world.git, wake, world.traces, world.clock)()
    assert read == [after]


def test_a_poll_that_died_among_its_wakes_is_repeated(world: Engine) -> None:
    head = world.git.push(REPO, CHANGED)
    assert world.index.advance(world.index.known(REPO, "main"), head) is not None
    assert world.poll_repositories() == 1
    assert world.poll_repositories() == 0


def test_what_one_refresh_found_the_poll_tells_the_others(world: Engine) -> None:
    world.git.push(REPO, {**CHANGED, "web/page.yaml": config_map("page", "new")})
    world.start_sync.refresh(SHOP, hard=False)
    world.run_for(5)
    assert [world.status(AppRef("argocd", name)).revisions for name in ("shop", "web")] != [
        (world.git.head(REPO),)
    ] * 2
    world.poll_repositories()
    world.run_for(5)
    assert world.status(AppRef("argocd", "web")).revisions == (world.git.head(REPO),)
