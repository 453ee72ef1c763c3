"""Which commit an application is looked at with."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.domain.operate.operation import Initiator, Operation, Phase
from shared.domain.record.application_status import ApplicationStatus, HistoryEntry, Pin, SyncRequest
from shared.domain.specs.application import Application
from shared.errors import NotFoundError, UnavailableError
from shared.services.resolve_sources import (
    ResolveSources,
    chosen_revisions,
    history_entry,
    unpinned,
    with_sources_of,
)
from tests.services.worlds import REPO, Engine, application, engine

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
PIN = Pin(0, ("old",), ("bad",), "alice", NOON)
REQUEST = SyncRequest(Initiator("alice"), NOON, ("asked",))
RUNNING = Operation("1", ("running",), (), NOON, Initiator())


def resolve(world: Engine) -> ResolveSources:
    return ResolveSources(world.index, world.ports.git)


def app(target: str = "main", **spec: Any) -> Application:
    source = {"repoURL": REPO, "targetRevision": target, "path": "shop"}
    return Application.parse(application(source=source, **spec))


def test_the_server_is_asked_only_for_what_nobody_recorded() -> None:
    world = engine()
    for _ in range(3):
        assert resolve(world)(app(), ()).revisions == (world.git.head(REPO),)
    assert world.git.calls == ["resolve main"]


def test_a_refresh_asks_the_server_and_records_the_answer() -> None:
    world = engine()
    resolve(world)(app(), ())
    after = world.git.push(REPO, {"shop/a.yaml": {}})
    assert resolve(world)(app(), ()).revisions != (after,)
    assert resolve(world)(app(), (), fresh=True).revisions == (after,)
    assert resolve(world)(app(), ()).revisions == (after,)


def test_a_commit_id_is_its_own_answer() -> None:
    world = engine()
    assert resolve(world)(app("a" * 40), ()).revisions == ("a" * 40,)
    assert world.git.calls == []


@pytest.mark.parametrize("target", ["", "HEAD"])
def test_no_target_is_the_default_branch(target: str) -> None:
    world = engine()
    assert resolve(world)(app(target), ()).revisions == (world.git.head(REPO),)
    assert world.index.head(REPO, "") == world.git.head(REPO)


def test_chosen_revisions_overrule_the_heads_which_stay_known() -> None:
    world = engine()
    resolution = resolve(world)(app(), ("b" * 40,))
    assert (resolution.revisions, resolution.heads) == (("b" * 40,), (world.git.head(REPO),))


def test_as_many_revisions_as_sources_or_the_heads_count() -> None:
    world = engine()
    assert resolve(world)(app(), ("b" * 40, "c" * 40)).revisions == (world.git.head(REPO),)


def test_each_source_has_its_own_commit() -> None:
    world = engine()
    other = "https://github.com/my-org/values.git"
    world.git.push(other, {"prod.yaml": {}})
    sources = [
        {"repoURL": REPO, "targetRevision": "main", "path": "shop"},
        {"repoURL": other, "targetRevision": "main", "ref": "values"},
    ]
    two = Application.parse(application(sources=sources))
    assert resolve(world)(two, ()).revisions == (world.git.head(REPO), world.git.head(other))


def test_what_cannot_be_found_or_had_is_raised() -> None:
    world = engine()
    with pytest.raises(NotFoundError):
        resolve(world)(app("nowhere"), ())
    world.git.failures[REPO] = UnavailableError("Repository: does not answer")
    with pytest.raises(UnavailableError):
        resolve(world)(app(), ())


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (ApplicationStatus(), ()),
        (ApplicationStatus(pin=PIN), ("old",)),
        (ApplicationStatus(pin=PIN, requested=REQUEST), ("asked",)),
        (ApplicationStatus(pin=PIN, requested=REQUEST, operation=RUNNING), ("running",)),
        (ApplicationStatus(operation=replace(RUNNING, phase=Phase.SUCCEEDED)), ()),
        (ApplicationStatus(operation=RUNNING, retry_at=NOON), ()),
        (ApplicationStatus(pin=PIN, requested=replace(REQUEST, revisions=())), ()),
    ],
)
def test_what_runs_comes_before_what_is_asked_for_before_the_pin(
    status: ApplicationStatus, expected: tuple[str, ...]
) -> None:
    assert chosen_revisions(status, status.operation) == expected


def test_the_pin_holds_while_the_head_is_the_rejected_one() -> None:
    pinned = ApplicationStatus(pin=PIN)
    assert unpinned(pinned, ("bad",)).pin == PIN
    assert unpinned(pinned, ("better",)).pin is None


def test_a_rollback_takes_the_sources_of_then_and_nothing_else() -> None:
    then: dict[str, object] = {"repoURL": REPO, "targetRevision": "main", "path": "before"}
    entry = HistoryEntry(0, "1", ("old",), (then,), NOON, NOON, Initiator())
    manifest = application(path="now")
    found = with_sources_of(manifest, entry)
    assert found["spec"]["sources"] == [then]
    assert "source" not in found["spec"]
    assert found["spec"]["destination"] == manifest["spec"]["destination"]
    assert with_sources_of(manifest, None) is manifest


def test_an_unknown_deployment_names_those_there_are() -> None:
    entry = HistoryEntry(3, "1", ("old",), (), NOON, NOON, Initiator())
    assert history_entry([entry], 3) is entry
    with pytest.raises(NotFoundError, match="There are: 3"):
        history_entry([entry], 4)
    with pytest.raises(NotFoundError, match="There are: none"):
        history_entry([], 4)
