"""Applications and what we remember of them, in and out of the stores."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.adapters.memory.blob_store import MemoryBlobStore
from shared.adapters.memory.document_store import MemoryDocumentStore
from shared.domain.compare.comparison import SyncStatus
from shared.domain.health.health import Health, HealthStatus
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.operate.auto_sync import LastAttempt
from shared.domain.operate.operation import Initiator, Operation, Phase, ResultStatus, TaskResult
from shared.domain.plan.sync_plan import Action, SyncTask
from shared.domain.record.application_status import (
    ApplicationStatus,
    Condition,
    Deletion,
    HistoryEntry,
    Pin,
    ResourceStatus,
    SyncRequest,
    Wake,
)
from shared.domain.record.stage_clock import StageClock
from shared.domain.specs.app_ref import AppRef
from shared.errors import ConflictError
from shared.ports.document_store import Document
from shared.services.application_rows import ApplicationRows, StoredApplication

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
SHOP, BLOG = AppRef("argocd", "shop"), AppRef("argocd", "blog")
KEY = ResourceKey("apps", "Deployment", "shop", "api")
BY_ADA = Initiator("ada")


class World:
    """The rows, and the stores below them."""

    def __init__(self) -> None:
        self.documents, self.blobs = MemoryDocumentStore(), MemoryBlobStore()
        self.rows = ApplicationRows(self.documents, self.blobs)

    def save(self, status: ApplicationStatus, ref: AppRef = SHOP) -> None:
        self.rows.save(self.rows.status(ref), status)

    def names(self) -> list[str]:
        return list(self.blobs.list(""))

    def body(self, partition: str = "application-status") -> dict[str, Any]:
        found = self.documents.get(partition, str(SHOP))
        assert found is not None
        return found.body


@pytest.fixture
def world() -> World:
    return World()


def application(ref: AppRef = SHOP, **more: Any) -> StoredApplication:
    manifest = {"kind": "Application", "metadata": {"name": ref.name}, "x-unknown": [1, None, "é"]}
    return StoredApplication(ref, manifest, "api", NOON.isoformat(), **more)


def many(count: int = 200) -> tuple[ResourceStatus, ...]:
    """More resources than a row holds."""
    keys = [replace(KEY, name=f"api-{number:04}") for number in range(count)]
    return tuple(ResourceStatus(key, "v1", SyncStatus.SYNCED, tracked=True) for key in keys)


def entry(id: int, **more: Any) -> HistoryEntry:
    return HistoryEntry(id, f"op{id}", ("abc",), ({"repoURL": "r"},), NOON, NOON, BY_ADA, **more)


def ids(world: World) -> list[int]:
    return [found.id for found in world.rows.history(SHOP)]


FULL = ApplicationStatus(
    wake=Wake("t1", NOON, ("push", "git"), "00-1"),
    epoch=7,
    failures=2,
    sync=SyncStatus.OUT_OF_SYNC,
    health=Health(HealthStatus.DEGRADED, "why"),
    revisions=("abc", "def"),
    source_types=("Helm",),
    images=("api:1",),
    resources=(ResourceStatus(KEY, "v1", SyncStatus.SYNCED, Health(HealthStatus.HEALTHY), wave=-3, uid="u"),),
    conditions=(Condition("SyncError", "no", NOON), Condition("SharedResourceWarning", "two")),
    operation=Operation(
        "1",
        ("abc",),
        (SyncTask(Action.PRUNE, KEY, 3, uid="u", confirm=True), SyncTask(Action.CHECK, KEY, 1)),
        NOON,
        BY_ADA,
        results=(TaskResult(KEY, ResultStatus.PRUNED, "pruned"),),
        begun_at=NOON + timedelta(seconds=1.5),
        unseen=True,
    ),
    retry_at=NOON,
    requested=SyncRequest(BY_ADA, NOON, ("abc",), prune=True, resources=(KEY,), history_id=4),
    last=LastAttempt(("abc",), "p", Phase.FAILED, NOON, heals=3),
    pin=Pin(4, ("abc",), ("def",), "ada", NOON),
    deletion=Deletion(NOON, NOON + timedelta(minutes=15), "foreground"),
    next_history_id=5,
    reconciled_at=NOON,
    verified={"Deployment shop/api": "x:synced"},
    managed=True,
    clock=StageClock("t", received=NOON),
)


# Applications


def test_an_application_comes_back_as_it_was_put(world: World) -> None:
    put = world.rows.put(application(generation=3))
    assert world.rows.application(SHOP) == put
    assert put == replace(application(generation=3), etag=put.etag)
    assert world.rows.application(BLOG) is None


def test_applications_come_in_order_across_pages(world: World) -> None:
    for number in range(1001):
        world.rows.put(application(AppRef("argocd", f"a{number:04}")))
    names = [found.ref.name for found in world.rows.applications()]
    assert names == sorted(names)
    assert len(names) == 1001


def test_who_read_an_older_application_does_not_overwrite(world: World) -> None:
    first = world.rows.put(application())
    world.rows.put(replace(first, origin="bootstrap"))
    with pytest.raises(ConflictError):
        world.rows.put(first)
    with pytest.raises(ConflictError):
        world.rows.put(application())


# Status


def test_an_application_without_a_status_has_an_empty_one(world: World) -> None:
    stored = world.rows.status(SHOP)
    assert (stored.status, stored.etag) == (ApplicationStatus(), None)


@pytest.mark.parametrize("status", [FULL, ApplicationStatus(), replace(FULL, resources=many())])
def test_a_status_comes_back_as_it_was_saved(world: World, status: ApplicationStatus) -> None:
    world.save(status)
    assert world.rows.status(SHOP).status == status
    assert [stored.status for stored in world.rows.statuses()] == [status]


def test_who_read_an_older_status_does_not_overwrite(world: World) -> None:
    world.save(FULL)
    older = world.rows.status(SHOP)
    world.save(replace(FULL, epoch=8))
    with pytest.raises(ConflictError):
        world.rows.save(older, FULL)
    assert world.rows.status(SHOP).status.epoch == 8


def test_what_is_saved_can_be_saved_on(world: World) -> None:
    stored = world.rows.save(world.rows.status(SHOP), FULL)
    stored = world.rows.save(stored, replace(FULL, epoch=8, resources=many()))
    world.rows.save(stored, replace(FULL, epoch=9, resources=many()))
    assert world.rows.status(SHOP).status.resources == many()


def test_large_parts_lie_in_blobs_and_small_ones_in_the_row(world: World) -> None:
    world.save(FULL)
    assert (world.names(), "resources" in world.body()) == ([], True)
    world.save(replace(FULL, resources=many()))
    assert [name.rpartition("-")[0] for name in world.names()] == ["status/argocd/shop/resources"]
    assert "resources" not in world.body()


def test_a_part_that_changes_leaves_no_blob_behind(world: World) -> None:
    world.save(replace(FULL, resources=many(200)))
    first = world.names()
    world.save(replace(FULL, epoch=8, resources=many(200)))
    assert world.names() == first
    world.save(replace(FULL, resources=many(201)))
    assert len(world.names()) == 1
    assert world.names() != first
    world.save(FULL)
    assert world.names() == []


def test_fields_of_a_later_version_survive(world: World) -> None:
    world.save(FULL)
    found = world.documents.get("application-status", str(SHOP))
    assert found is not None
    world.documents.put(replace(found, body={**found.body, "later": {"a": 1}}))
    world.save(replace(FULL, epoch=8))
    assert world.body()["later"] == {"a": 1}


class Racing(MemoryBlobStore):
    """Somebody saves a newer status between our read of the row and our read of its blob."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: list[Any] = []

    def get(self, name: str) -> bytes | None:
        if self.meanwhile:
            self.meanwhile.pop()()
        return super().get(name)


@pytest.mark.parametrize("all_of_them", [True, False])
def test_a_part_that_is_replaced_while_we_read_is_read_again(world: World, all_of_them: bool) -> None:
    """An inventory that looks empty would make us forget what is ours."""
    world.blobs = Racing()
    world.rows = ApplicationRows(world.documents, world.blobs)
    world.save(replace(FULL, resources=many(200)))
    stored = world.rows.status(SHOP)
    world.blobs.meanwhile.append(lambda: world.rows.save(stored, replace(FULL, resources=many(201))))
    found = next(world.rows.statuses()) if all_of_them else world.rows.status(SHOP)
    assert len(found.status.resources) == 201


def test_a_part_that_is_lost_counts_as_empty(world: World) -> None:
    world.save(replace(FULL, resources=many()))
    world.blobs.delete(world.names()[0])
    assert world.rows.status(SHOP).status == replace(FULL, resources=())


# History


def test_history_is_oldest_first_beyond_nine(world: World) -> None:
    for id in (9, 10, 2, 11):
        world.rows.add_history(SHOP, entry(id, images=("api:1",)), keep=10)
    assert world.rows.history(SHOP)[0] == entry(2, images=("api:1",))
    assert ids(world) == [2, 9, 10, 11]


def test_a_deployment_is_recorded_once(world: World) -> None:
    world.rows.add_history(SHOP, entry(1), keep=10)
    world.rows.add_history(SHOP, entry(1, images=("again",)), keep=10)
    assert world.rows.history(SHOP) == [entry(1)]


@pytest.mark.parametrize(("keep", "kept"), [(10, [0, 1, 2, 3, 4]), (2, [3, 4]), (1, [4]), (0, [])])
def test_only_the_newest_are_kept(world: World, keep: int, kept: list[int]) -> None:
    for id in range(5):
        world.rows.add_history(SHOP, entry(id), keep)
    assert ids(world) == kept


def test_what_was_rolled_back_to_is_kept_although_it_is_the_oldest(world: World) -> None:
    """The application is pinned to that entry and could not be looked at without it."""
    for id in range(3):
        world.rows.add_history(SHOP, entry(id), keep=3)
    world.rows.add_history(SHOP, entry(3, rollback_of=0), keep=3)
    assert ids(world) == [0, 1, 2, 3]
    world.rows.add_history(SHOP, entry(4), keep=3)
    assert ids(world) == [2, 3, 4]


def test_each_application_has_its_own_history(world: World) -> None:
    world.rows.add_history(SHOP, entry(1), keep=10)
    world.rows.add_history(BLOG, entry(2), keep=10)
    assert ids(world) == [1]


# Removal


def fill(world: World, ref: AppRef) -> None:
    world.rows.put(application(ref))
    world.save(replace(FULL, resources=many()), ref)
    world.rows.add_history(ref, entry(1), keep=10)


def test_what_is_removed_leaves_nothing_and_touches_nobody(world: World) -> None:
    fill(world, SHOP)
    fill(world, BLOG)
    world.rows.remove(SHOP)
    world.rows.remove(SHOP)
    assert (world.rows.application(SHOP), world.rows.status(SHOP).etag, ids(world)) == (None, None, [])
    assert [found.ref for found in world.rows.applications()] == [BLOG]
    assert len(world.rows.status(BLOG).status.resources) == 200
    assert len(world.rows.history(BLOG)) == len(world.names()) == 1


class KilledError(Exception):
    """The process ends here."""


class Mortal(MemoryDocumentStore):
    """Dies before the deletion with this number."""

    def __init__(self, dies_at: int) -> None:
        super().__init__()
        self.left = dies_at

    def delete(self, document: Document) -> None:
        if self.left == 0:
            self.left = -1
            raise KilledError
        self.left -= 1
        super().delete(document)


@pytest.mark.parametrize("dies_at", [1, 2])
def test_a_removal_that_was_killed_leaves_no_application_that_comes_to_life_again(dies_at: int) -> None:
    """Without its status it would not know that it is going, and would deploy all of it once more."""
    world = World()
    world.documents = Mortal(dies_at)
    world.rows = ApplicationRows(world.documents, world.blobs)
    fill(world, SHOP)
    with pytest.raises(KilledError):
        world.rows.remove(SHOP)
    assert world.rows.application(SHOP) is None
    assert world.rows.status(SHOP).status.wake.token == "t1", "the message that ends it is still let in"
    world.rows.remove(SHOP)
    assert (world.rows.status(SHOP).etag, ids(world), world.names()) == (None, [], [])
