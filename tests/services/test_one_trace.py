"""One trace id from the registry's event to the healthy pod, however the commit comes back to us."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.domain.events.event_trace import trace_of
from shared.domain.events.git_push import GitPush
from shared.domain.record.change_trace import ChangeKind
from shared.domain.specs.app_ref import AppRef
from shared.domain.work.trace import trace_id
from shared.log import bind
from shared.services.start_sync import SyncWish
from tests.services.image_worlds import ImageWorld, image_world
from tests.services.rollouts import workload
from tests.services.worlds import REPO, SHOP, application, config_map, engine, synced_engine


def pushed(world: ImageWorld, before: str) -> GitPush:
    """What a host tells of our commit, without the commit's message."""
    after = world.engine.git.head(REPO)
    return GitPush(REPO, "refs/heads/main", before, after, "main", None, "delivery")


def event_trace(world: ImageWorld) -> str:
    """The trace of the newest registry event."""
    return world.engine.traces.page(1)[0][0].trace


@pytest.mark.parametrize("told_by", ["webhook", "poll"])
def test_the_push_of_our_commit_goes_on_under_the_trace_of_the_image(told_by: str) -> None:
    with image_world() as world:
        before = world.engine.git.head(REPO)
        world.push_image("1.1.0")
        trace = event_trace(world)
        world.run()
        if told_by == "webhook":
            world.engine.receive_event(pushed(world, before).to_message())
        else:
            world.engine.poll()
        world.run()
        clock = world.engine.status(SHOP).clock
        assert clock.trace == trace
        assert clock.compared is not None
        change = world.engine.traces.get(trace)
        assert change is not None
        assert (change.kind, change.version, change.commit) == (
            ChangeKind.IMAGE,
            "1.1.0",
            world.engine.git.head(REPO),
        )
        assert change.received <= (change.chosen or change.received) <= (change.committed or change.received)


def test_a_webhook_that_is_faster_than_our_row_reads_the_message_of_the_commit() -> None:
    with image_world() as world:
        push = replace(pushed(world, "a" * 40), trace="ef" * 16)
        world.engine.git.push(REPO, {"shop/kustomization.yaml": b"{}"})
        world.engine.receive_event(replace(push, after=world.engine.git.head(REPO)).to_message())
        assert world.engine.status(SHOP).wake.traceparent.split("-")[1] == "ef" * 16


def test_images_of_one_batch_make_one_commit_that_both_traces_know() -> None:
    with image_world({"shop": {}, "web": {}}) as world:
        world.push_image("1.1.0", "shop")
        world.push_image("1.1.0", "web")
        newest = [change.trace for change in world.engine.traces.page(2)[0]]
        world.run()
        world.engine.poll()
        world.run()
        changes = [world.engine.traces.get(trace) for trace in newest]
        commits = {change.commit for change in changes if change}
        assert commits == {world.engine.git.head(REPO)}
        goes_on = {world.engine.status(AppRef("argocd", name)).clock.trace for name in ("shop", "web")}
        assert goes_on == {max(newest)}
        assert {change.continued_by for change in changes if change} == {"", max(newest)}


def test_what_a_sweep_finds_begins_a_trace_of_its_own() -> None:
    with image_world() as world:
        world.push_image("1.1.0")
        event = event_trace(world)
        world.run()
        world.registry.seed("shop", "1.2.0")
        world.engine.clock.advance(timedelta(days=1))
        world.engine.poll()
        world.run()
        assert world.tag() == "1.2.0"
        swept = next(change for change in world.engine.traces.page(5)[0] if change.source == "image sweep")
        assert swept.trace != event
        world.engine.poll()
        world.run()
        assert world.engine.status(SHOP).clock.trace == swept.trace


def test_a_push_has_the_trace_of_its_delivery_at_every_application_that_it_touches() -> None:
    files = {"shop/greeting.yaml": config_map("greeting"), "web/page.yaml": config_map("page")}
    world = engine(files)
    refs = [world.add(application(name)) for name in ("shop", "web")]
    world.run_for(5)
    push = world.push({path: config_map("greeting", "bye") for path in files})
    world.receive_event(push.to_message())
    world.run_for(5)
    assert {world.status(ref).clock.trace for ref in refs} == {trace_of("delivery")}
    change = world.traces.page(1)[0][0]
    assert (change.source, change.event, change.commit) == ("Git webhook", "delivery", push.after)


def test_a_child_goes_on_under_the_trace_of_its_parent() -> None:
    child = application("web")
    world = engine({"shop/web.yaml": child, "web/page.yaml": config_map("page")})
    world.add()
    world.run_for(10)
    changed = {**child, "metadata": {**child["metadata"], "labels": {"team": "a"}}}
    world.receive_event(
        world.push({"shop/web.yaml": changed, "web/page.yaml": config_map("page")}).to_message()
    )
    world.run_for(10)
    assert world.status(AppRef("argocd", "web")).clock.trace == trace_of("delivery")


def test_a_change_that_nobody_sent_has_one_trace_through_all_its_messages() -> None:
    world = engine({"shop/web.yaml": workload("web")})
    world.add()
    seen: set[str] = set()
    for _ in range(3):
        world.run_due()
        (message,) = world.queue.peek()
        seen.add(json.loads(message.text)["traceparent"])
        world.clock.advance(message.due_at - world.clock.now())
    (traceparent,) = seen
    assert trace_id(traceparent) == world.status().clock.trace != ""


def test_what_heals_does_not_bear_the_trace_of_the_change_before() -> None:
    world = synced_engine()
    world.cluster.change("ConfigMap", "shop", "greeting", data={"text": "by hand"})
    world.wake(SHOP, "live")
    world.run_for(5)
    operation = world.status().operation
    assert operation is not None
    assert operation.heals
    assert operation.trace not in ("", world.status().clock.trace)


def test_a_sync_goes_on_under_the_trace_of_its_request() -> None:
    world = synced_engine()
    with bind(trace="ab" * 16):
        world.start_sync(SHOP, SyncWish(), who="alice")
    world.run_for(5)
    operation = world.status().operation
    assert operation is not None
    assert operation.trace == world.status().clock.trace == "ab" * 16


def test_a_look_takes_the_trace_of_a_waiting_change_not_away() -> None:
    world = synced_engine()
    world.receive_event(world.push({"shop/greeting.yaml": config_map("greeting", "bye")}).to_message())
    with bind(trace="ab" * 16):
        world.wake(SHOP, "live")
    assert trace_id(world.status().wake.traceparent) == trace_of("delivery")


def test_what_begins_anew_takes_no_trace_over_from_what_has_begun() -> None:
    world = engine({"shop/web.yaml": workload("web")})
    world.add()
    world.run_due()
    before = world.status().wake
    assert before.traceparent
    world.wake(SHOP, "spec")
    assert world.status().wake.traceparent == ""
