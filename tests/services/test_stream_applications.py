"""What becomes of applications, as it happens."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from shared.domain.views.application_filter import ApplicationFilter
from shared.domain.views.field_mask import FieldMask
from shared.services.show_applications import ShowApplications
from shared.services.stream_applications import StreamApplications
from tests.services.worlds import SHOP, Engine, application, engine, synced_engine


def news(events: Iterator[dict[str, Any] | None]) -> list[tuple[str, str]]:
    """(type, name) of what is told until the stream is quiet."""
    told: list[tuple[str, str]] = []
    for event in islice(events, 100):
        if event is None:
            return told
        told.append((event["type"], event["application"]["metadata"]["name"]))
    raise AssertionError("the stream does not come to rest")


def test_it_begins_with_all_there_are() -> None:
    world = engine()
    world.add(application("web"))
    world.add(application("api"))
    assert news(world.stream_applications()) == [("ADDED", "api"), ("ADDED", "web")]


def test_what_happens_is_told_and_what_is_gone_is_told_once() -> None:
    world = engine()
    events = world.stream_applications()
    assert news(events) == []
    world.add()
    assert news(events) == [("ADDED", "shop")]
    world.run_for(5)
    assert news(events) == [("MODIFIED", "shop")]
    world.create_application.delete(SHOP, cascade=False, background=False, who="alice")
    world.run_for(60)
    assert news(events) == [("DELETED", "shop")]
    assert news(events) == []


def test_another_look_that_finds_nothing_new_is_not_told() -> None:
    world = synced_engine()
    events = world.stream_applications()
    news(events)
    world.clock.advance(world.scan_for_drift._interval)
    world.wake(SHOP, "live")
    world.run_for(5)
    assert news(events) == []


def test_only_fields_that_are_shown_can_be_news() -> None:
    world = synced_engine()
    mask = FieldMask.parse("type,application.metadata.name,application.metadata.labels")
    events = world.stream_applications(mask=mask)
    assert next(events) == {"type": "ADDED", "application": {"metadata": {"name": "shop"}}}
    assert news(events) == []
    world.push({})
    world.start_sync.refresh(SHOP, hard=False)
    world.run_for(5)
    assert news(events) == []


def test_who_leaves_the_filter_is_deleted_from_it_and_comes_back() -> None:
    world = synced_engine()
    events = world.stream_applications(ApplicationFilter(labels=(("team", "red"),)))
    assert news(events) == []
    labelled = application()
    labelled["metadata"]["labels"] = {"team": "red"}
    world.create_application.update(labelled, who="alice")
    assert news(events) == [("ADDED", "shop")]
    world.create_application.update(application(), who="alice")
    assert news(events) == [("DELETED", "shop")]


def test_the_state_is_part_of_the_filter() -> None:
    world = engine()
    world.add()
    events = world.stream_applications(ApplicationFilter(syncs=("Synced",)))
    assert news(events) == []
    world.run_for(5)
    assert news(events) == [("ADDED", "shop")]


def elsewhere(world: Engine) -> Engine:
    """The same stores in another process, whose writes send no signal here."""
    other = engine()
    other.ports.documents, other.ports.blobs = world.ports.documents, world.ports.blobs
    return other


def test_what_another_process_writes_is_seen_by_looking() -> None:
    world = engine()
    events = StreamApplications(
        world.rows, ShowApplications(world.rows, world.clock), world.changed, poll_seconds=0
    )()
    assert news(events) == []
    elsewhere(world).add()
    assert news(events) == [("ADDED", "shop")]
