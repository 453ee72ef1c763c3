"""From a pushed image to one commit, whatever goes wrong on the way."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from sandbox.registry.store import HELM_CONFIG
from shared.domain.events.git_push import GitPush
from shared.domain.events.trace_trailer import traces_in
from shared.domain.work.message import WorkKind, WorkMessage
from shared.errors import NotFoundError, PermissionDeniedError, UnavailableError
from tests.services.image_worlds import HOST, image_world
from tests.services.worlds import REPO, SHOP

SUBJECT = "github.com/my-org/shop@main"


def test_a_pushed_image_becomes_one_commit_with_its_trace() -> None:
    with image_world() as world:
        world.push_image("1.1.0")
        world.run()
        (message,) = world.commits()
        assert world.tag() == "1.1.0"
        assert message.startswith("Update shop to 1.1.0\n")
        assert len(traces_in(message)) == 1


def test_the_new_tag_is_looked_up_in_the_registry_and_not_believed() -> None:
    with image_world() as world:
        world.push_image("1.2.0")
        del world.registry.store.repositories["shop"].tags["1.2.0"]
        world.run()
        assert world.commits() == []


def test_nothing_is_written_when_git_says_so_already() -> None:
    with image_world() as world:
        for _ in range(3):
            world.push_image("1.0.0")
            world.run()
        assert world.commits() == []
        assert world.view()["tidegate"]["images"][0]["newest"] == "1.0.0"


def test_what_cannot_be_pulled_yet_is_passed_over() -> None:
    with image_world() as world:
        world.registry.seed("shop", "1.2.0")
        world.registry.quarantine("shop", "1.2.0")
        world.push_image("1.1.0")
        world.run()
        assert world.tag() == "1.1.0"


def test_a_chart_of_the_same_name_is_no_image() -> None:
    with image_world() as world:
        world.registry.seed("shop", "9.0.0", config_type=HELM_CONFIG)
        world.push_image("1.1.0")
        world.run()
        assert world.tag() == "1.1.0"


def test_images_that_come_together_are_one_commit() -> None:
    with image_world({name: {} for name in ("shop", "web", "api")}) as world:
        for name in ("shop", "web", "api"):
            world.push_image("2.0.0", name)
        world.run()
        (message,) = world.commits()
        assert [world.tag(name) for name in ("shop", "web", "api")] == ["2.0.0"] * 3
        assert message.count("Tidegate-Image:") == 3
        assert len(traces_in(message)) == 3


def test_a_branch_that_moved_meanwhile_is_read_again_and_nothing_of_it_is_lost() -> None:
    with image_world({"shop": {}, "web": {}}) as world:
        world.written.interruptions = [
            lambda: world.set_by_hand("5.0.0", "web"),
            lambda: world.set_by_hand("6.0.0", "web"),
        ]
        world.push_image("2.0.0")
        world.run()
        assert (world.tag(), world.tag("web"), world.written.stale) == ("2.0.0", "6.0.0", 2)
        assert len(world.commits()) == 1


def test_our_own_commit_that_comes_back_as_a_push_is_not_looked_at() -> None:
    with image_world() as world:
        before = world.engine.git.head(REPO)
        world.push_image("1.1.0")
        world.run()
        ours = GitPush(REPO, "refs/heads/main", before, world.engine.git.head(REPO), "main", None, "d")
        assert not world.engine.images.receive.look_at(ours)
        assert world.engine.images.receive.look_at(replace(ours, after=before))


def test_a_lower_tag_set_by_hand_is_held_and_shown_until_there_is_a_newer_one() -> None:
    with image_world() as world:
        world.push_image("1.1.0")
        world.run()
        world.set_by_hand("1.0.0")
        world.run()
        (shown,) = world.view()["tidegate"]["images"]
        assert (world.tag(), shown["hold"]["rejected"]) == ("1.0.0", "1.1.0")
        assert [each["type"] for each in world.view()["conditions"]] == ["ImageHeldWarning"]
        world.push_image("1.1.0")
        world.run()
        assert world.tag() == "1.0.0"
        world.push_image("1.2.0")
        world.run()
        assert (world.tag(), world.state().hold) == ("1.2.0", None)


def test_a_person_lifts_a_hold() -> None:
    with image_world() as world:
        world.push_image("1.1.0")
        world.run()
        world.set_by_hand("1.0.0")
        world.run()
        assert world.engine.images.release(SHOP, "it") == "1.1.0"
        world.run()
        assert world.tag() == "1.1.0"
        with pytest.raises(NotFoundError, match="is not on hold"):
            world.engine.images.release(SHOP, "it")


def test_a_registry_that_is_away_is_asked_again_and_holds_up_no_other_image() -> None:
    with image_world({"shop": {}, "web": {}}) as world:
        world.images.failures[f"{HOST}/web"] = UnavailableError("Registry: does not answer")
        world.push_image("2.0.0")
        world.push_image("2.0.0", "web")
        world.run()
        assert (world.tag(), world.tag("web")) == ("2.0.0", "1.0.0")
        assert "does not answer" in world.state("web").problem
        world.images.failures.clear()
        world.engine.run_for(10)
        assert (world.tag("web"), world.state("web").problem) == ("2.0.0", "")


def test_a_git_server_that_is_away_is_asked_again() -> None:
    with image_world() as world:
        world.written.failure = UnavailableError("Repository: cannot be reached")
        world.push_image("2.0.0")
        world.run()
        assert "cannot be reached" in world.state().problem
        world.written.failure = None
        world.engine.run_for(20)
        assert (world.tag(), world.state().problem) == ("2.0.0", "")


def test_a_refusal_waits_for_a_person_and_is_shown() -> None:
    with image_world() as world:
        world.written.failure = PermissionDeniedError("Repository: forbids it")
        world.push_image("2.0.0")
        world.run()
        assert [each["type"] for each in world.view()["conditions"]] == ["ImageUpdateError"]
        row = world.engine.images.work.row(SUBJECT)
        assert row is not None
        assert (row.token, list(row.pending)) == ("", [f"{HOST}/shop"])
        world.written.failure = None
        world.push_image("2.0.0")
        world.run()
        assert world.tag() == "2.0.0"


def test_two_policies_on_one_field_are_refused_and_both_say_so() -> None:
    notes = {"image-list": f"it={HOST}/shop:1.x,other={HOST}/shop:2.x"}
    with image_world({"shop": notes}) as world:
        world.push_image("2.0.0")
        world.run()
        assert world.tag() == "1.0.0"
        problems = [state.problem for state in world.engine.images.states.of(SHOP).values()]
        assert len(problems) == 2
        assert all("two different policies" in problem for problem in problems)


def test_a_field_that_is_missing_is_said_and_nothing_is_written() -> None:
    with image_world({"shop": {"it.kustomize.image-name": "web"}}) as world:
        world.push_image("2.0.0")
        world.run()
        (condition,) = world.view()["conditions"]
        assert "shop/kustomization.yaml: has no one entry of images with name web" in condition["message"]
        assert world.commits() == []


def test_what_cannot_be_followed_is_shown_without_any_event() -> None:
    with image_world({"shop": {"write-back-method": "argocd"}}) as world:
        (condition,) = world.view()["conditions"]
        assert "Git is the only place" in condition["message"]


def test_a_message_of_an_older_token_is_dropped() -> None:
    with image_world() as world:
        world.registry.seed("shop", "2.0.0")
        world.engine.images.update(WorkMessage(WorkKind.IMAGES, SUBJECT, "somebody-elses"))
        assert world.commits() == []


def test_while_another_works_the_message_comes_again() -> None:
    with image_world() as world:
        lease = world.engine.ports.leases.acquire(f"images:{SUBJECT}")
        assert lease is not None
        world.push_image("2.0.0")
        world.engine.run_due()
        assert world.commits() == []
        world.engine.ports.leases.release(lease)
        world.run()
        assert world.tag() == "2.0.0"


def test_a_message_that_was_lost_is_sent_again_by_the_timer() -> None:
    with image_world() as world:
        world.push_image("2.0.0")
        while (message := world.engine.queue.receive(30)) is not None:
            world.engine.queue.complete(message)
        world.engine.run_for(120)
        assert world.commits() == []
        world.engine.images.wake_overdue()
        world.run()
        assert world.tag() == "2.0.0"


def test_an_event_that_was_lost_costs_minutes() -> None:
    with image_world() as world:
        world.registry.seed("shop", "2.0.0")
        world.engine.images.wake_overdue()
        world.run()
        assert world.commits() == []
        world.engine.run_for(301)
        world.engine.images.wake_overdue()
        world.run()
        assert world.tag() == "2.0.0"


def test_only_the_tag_changes_in_the_file() -> None:
    with image_world() as world:
        before = json.loads(world._files()["shop/kustomization.yaml"])
        world.push_image("1.1.0")
        world.run()
        before["images"][0]["newTag"] = "1.1.0"
        assert world._files()["shop/kustomization.yaml"] == json.dumps(before).encode()
