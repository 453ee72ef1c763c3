"""One change as people follow it."""

from __future__ import annotations

import pytest

from shared.domain.specs.app_ref import AppRef
from shared.errors import InvalidRequestError, NotFoundError, UnavailableError
from shared.services.start_sync import SyncWish
from tests.services.image_worlds import HOST, ImageWorld, image_world
from tests.services.worlds import REPO, SHOP, application, config_map, engine, synced_engine


def bumped(world: ImageWorld) -> str:
    """An image is pushed, written to Git and followed by a poll; return the trace of its event."""
    world.push_image("1.1.0")
    trace = world.engine.traces.page(1)[0][0].trace
    world.run()
    world.engine.poll()
    world.run()
    return trace


def test_the_operation_of_an_application_begins_at_the_registry() -> None:
    with image_world() as world:
        trace = bumped(world)
        shown = world.engine.show_trace.operation(SHOP)
        assert shown["trace"] == trace
        assert [stage["name"] for stage in shown["stages"]][:5] == [
            "image pushed",
            "event received",
            "tag chosen",
            "committed",
            "received",
        ]
        assert shown["cause"]["image"]["name"] == f"{HOST}/shop"
        assert shown["cause"]["commit"]["revision"] == world.engine.git.head(REPO)
        assert shown["cause"]["commit"]["message"]


def test_one_id_shows_every_application_of_the_change() -> None:
    names = ("shop", "web")
    world = engine({f"{name}/map.yaml": config_map(name) for name in names})
    for name in names:
        world.add(application(name))
    world.run_for(5)
    world.receive_event(
        world.push({f"{name}/map.yaml": config_map(name, "bye") for name in names}).to_message()
    )
    world.run_for(5)
    trace = world.status().clock.trace
    world.start_sync(SHOP, SyncWish(), who="alice")
    world.run_for(5)
    shown = world.show_trace.one(trace)
    assert [(app["name"], app["phase"], app["current"]) for app in shown["applications"]] == [
        ("shop", "Succeeded", False),
        ("web", "Succeeded", True),
    ]
    assert all(app["stages"][-1]["name"] == "healthy" for app in shown["applications"])
    assert shown["cause"]["kind"] == "push"


def test_an_image_whose_commit_went_on_under_another_trace_leads_there() -> None:
    with image_world({"shop": {}, "web": {}}) as world:
        world.push_image("1.1.0", "web")
        world.push_image("1.1.0", "shop")
        traces = [change.trace for change in world.engine.traces.page(2)[0]]
        world.run()
        world.engine.poll()
        world.run()
        for trace in traces:
            names = [app["name"] for app in world.engine.show_trace.one(trace)["applications"]]
            assert names == ["shop", "web"]


def test_who_asked_for_a_sync_is_its_cause_while_it_runs_and_afterwards() -> None:
    world = synced_engine()
    world.start_sync(SHOP, SyncWish(), who="alice")
    world.run_for(5)
    cause = world.show_trace.operation(SHOP)["cause"]
    assert (cause["kind"], cause["by"]) == ("request", "alice")
    assert cause["commit"]["revision"] == world.git.head(REPO)


def test_a_repository_that_is_away_leaves_out_who_made_the_commit() -> None:
    world = synced_engine()
    world.git.failures[REPO] = UnavailableError("away")
    commit = world.show_trace.operation(SHOP)["cause"]["commit"]
    assert commit == {"repoURL": REPO, "revision": world.git.head(REPO)}


def test_what_is_no_trace_is_refused_and_an_unknown_one_is_not_found() -> None:
    world = engine()
    with pytest.raises(InvalidRequestError, match="32 digits"):
        world.show_trace.one("../etc")
    with pytest.raises(NotFoundError, match="30 days"):
        world.show_trace.one("a" * 32)
    with pytest.raises(NotFoundError):
        world.show_trace.operation(AppRef("argocd", "nobody"))
