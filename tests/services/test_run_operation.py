"""An operation from its plan to its entry in the history."""

from __future__ import annotations

from typing import Any

import pytest

from shared.domain.compare.comparison import SyncStatus
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.operate.operation import Operation, Phase
from shared.errors import InvalidRequestError
from shared.services.start_sync import SyncWish
from tests.services.worlds import REPO, SHOP, Engine, application, config_map, engine, synced_engine

CHANGED = {"shop/greeting.yaml": config_map("greeting", "bye")}
APPLY = "apply ConfigMap shop/greeting"


def manual(files: dict[str, Any] | None = None, **policy: Any) -> Engine:
    """An application that nobody syncs but a person."""
    world = engine(files)
    world.add(application(policy=policy))
    world.run_for(1)
    return world


def sync(world: Engine, **wish: Any) -> Operation:
    world.start_sync(SHOP, SyncWish(**wish), who="alice")
    world.run_for(2)
    operation = world.status().operation
    assert operation is not None
    return operation


def refused(world: Engine) -> None:
    world.cluster.refusals[APPLY] = InvalidRequestError("ConfigMap shop/greeting: data is wrong")


def test_what_a_person_asks_for_is_done_in_their_name_and_recorded() -> None:
    world = manual()
    assert world.status().sync is SyncStatus.OUT_OF_SYNC
    operation = sync(world)
    assert (operation.phase, operation.initiator.username) == (Phase.SUCCEEDED, "alice")
    (entry,) = world.rows.history(SHOP)
    assert (entry.id, entry.operation, entry.revisions) == (0, operation.id, (world.git.head(REPO),))
    assert entry.sources == (application()["spec"]["source"],)
    assert world.status().requested is None


def test_the_plan_is_in_the_row_before_the_first_write() -> None:
    world = manual()
    seen: list[object] = []

    def look() -> None:
        status = world.status()
        seen.append(status.operation and status.operation.phase)
        seen.append([resource.tracked for resource in status.resources])

    world.cluster.meanwhile = look
    sync(world)
    assert seen == [Phase.RUNNING, [True]], "nothing that we create can be forgotten"


def test_a_dry_run_writes_nothing_to_the_cluster_and_nothing_to_the_history() -> None:
    world = manual()
    operation = sync(world, dry_run=True)
    assert operation.phase is Phase.SUCCEEDED
    assert operation.results[0].message.endswith("(dry run)")
    assert world.cluster.writes() == []
    assert world.rows.history(SHOP) == []
    assert world.status().sync is SyncStatus.OUT_OF_SYNC
    assert not any(resource.tracked for resource in world.status().resources)


def test_what_git_dropped_is_pruned_only_when_asked() -> None:
    world = manual({"shop/a.yaml": config_map("a"), "shop/b.yaml": config_map("b")})
    sync(world)
    world.receive_push(world.push({"shop/a.yaml": config_map("a")}))
    world.run_for(1)
    assert sync(world).phase is Phase.SUCCEEDED
    assert world.cluster.named("ConfigMap") == ["shop/a", "shop/b"]
    sync(world, prune=True)
    assert world.cluster.named("ConfigMap") == ["shop/a"]


def test_a_plan_that_removes_all_waits_for_a_person() -> None:
    world = manual({"shop/a.yaml": config_map("a")})
    sync(world)
    world.receive_push(world.push({"shop/empty.yaml": {"apiVersion": "v1", "kind": "List", "items": []}}))
    world.run_for(1)
    operation = sync(world, prune=True)
    assert operation.phase is Phase.ERROR
    assert "would prune too much" in operation.message
    assert world.cluster.named("ConfigMap") == ["shop/a"]
    assert sync(world, prune=True, confirmed=True).phase is Phase.SUCCEEDED
    assert world.cluster.named("ConfigMap") == []


def test_a_selective_sync_writes_only_what_was_named_and_is_no_deployment() -> None:
    world = manual({"shop/a.yaml": config_map("a"), "shop/b.yaml": config_map("b")})
    sync(world, resources=(ResourceKey("", "ConfigMap", "shop", "b"),))
    assert world.cluster.named("ConfigMap") == ["shop/b"]
    assert world.rows.history(SHOP) == []


def test_an_earlier_revision_may_be_asked_for_and_is_kept_until_the_next_sync() -> None:
    world = manual()
    first = world.git.head(REPO)
    world.receive_push(world.push(CHANGED))
    world.run_for(1)
    assert sync(world, revisions=(first,)).revisions == (first,)
    assert world.cluster.objects[ResourceKey("", "ConfigMap", "shop", "greeting")]["data"] == {
        "text": "hello"
    }


def test_a_heal_is_no_deployment() -> None:
    world = synced_engine()
    world.cluster.change("ConfigMap", "shop", "greeting", data={"text": "by hand"})
    world.wake(SHOP, "live")
    world.run_for(1)
    operation = world.status().operation
    assert operation is not None
    assert operation.heals
    assert len(world.rows.history(SHOP)) == 1


def test_the_history_keeps_as_many_as_the_application_says() -> None:
    world = engine()
    world.add(application(revisionHistoryLimit=2))
    world.run_for(5)
    for number in range(4):
        world.receive_push(world.push({"shop/greeting.yaml": config_map("greeting", f"{number}")}))
        world.run_for(5)
    assert [entry.id for entry in world.rows.history(SHOP)] == [3, 4]


def test_an_automated_sync_that_failed_is_tried_five_times_with_growing_waits_and_then_left() -> None:
    world = engine()
    refused(world)
    world.add()
    world.run_for(9)
    operation = world.status().operation
    assert operation is not None
    assert (operation.phase, operation.retry_count) == (Phase.RUNNING, 1)
    assert "Retrying attempt #1 at 12:00:10" in operation.message
    world.run_for(3600)
    assert world.cluster.calls.count(APPLY) == 6
    operation = world.status().operation
    assert operation is not None
    assert operation.phase is Phase.FAILED
    assert world.run_for(3600) == 0
    world.wake(SHOP, "live")
    assert world.run_for(3600) == 1, "not until the revision or the parameters change"
    assert any("Failed last sync attempt" in found.message for found in world.status().conditions)


def test_a_sync_that_a_person_asked_for_is_not_repeated_without_a_policy() -> None:
    world = manual()
    refused(world)
    assert sync(world).phase is Phase.FAILED
    assert world.run_for(3600) == 0


def test_the_policy_of_the_application_decides_about_retries() -> None:
    world = manual(retry={"limit": 2, "backoff": {"duration": "1s", "factor": 1, "maxDuration": "1m"}})
    refused(world)
    sync(world)
    world.run_for(60)
    assert world.cluster.calls.count(APPLY) == 3


def test_a_newer_revision_supersedes_an_operation_that_waits_to_be_tried_again() -> None:
    world = engine()
    refused(world)
    world.add()
    world.run_for(1)
    world.cluster.refusals.clear()
    world.receive_push(world.push(CHANGED))
    world.run_for(1)
    operation = world.status().operation
    assert operation is not None
    assert (operation.phase, operation.revisions) == (Phase.SUCCEEDED, (world.git.head(REPO),))


def test_a_rollback_pins_until_the_next_newer_commit() -> None:
    world = synced_engine()
    world.receive_push(world.push(CHANGED))
    world.run_for(5)
    world.start_sync.roll_back(SHOP, 0, prune=False, dry_run=False, who="alice")
    world.run_for(5)
    assert world.status().pin is not None
    assert world.rows.history(SHOP)[-1].rollback_of == 0
    greeting = ResourceKey("", "ConfigMap", "shop", "greeting")
    assert world.cluster.objects[greeting]["data"] == {"text": "hello"}
    world.wake(SHOP, "live")
    world.run_for(5)
    assert world.cluster.objects[greeting]["data"] == {"text": "hello"}, "the rejected revision stays away"
    world.receive_push(world.push({"shop/greeting.yaml": config_map("greeting", "better")}))
    world.run_for(5)
    assert world.status().pin is None
    assert world.cluster.objects[greeting]["data"] == {"text": "better"}


def test_a_pinned_application_is_put_back_to_its_pin() -> None:
    world = synced_engine()
    world.receive_push(world.push(CHANGED))
    world.run_for(5)
    world.start_sync.roll_back(SHOP, 0, prune=False, dry_run=False, who="alice")
    world.run_for(5)
    world.cluster.change("ConfigMap", "shop", "greeting", data={"text": "by hand"})
    world.wake(SHOP, "live")
    world.run_for(5)
    assert world.cluster.objects[ResourceKey("", "ConfigMap", "shop", "greeting")]["data"] == {
        "text": "hello"
    }


def test_any_other_sync_that_a_person_asks_for_lifts_the_pin() -> None:
    world = synced_engine()
    world.receive_push(world.push(CHANGED))
    world.run_for(5)
    world.start_sync.roll_back(SHOP, 0, prune=False, dry_run=False, who="alice")
    world.run_for(5)
    sync(world, revisions=(world.git.head(REPO),))
    assert world.status().pin is None


@pytest.mark.parametrize("create", [True, False])
def test_the_namespace_is_made_when_the_options_say_so(create: bool) -> None:
    options = ["CreateNamespace=true"] if create else []
    world = engine()
    world.add(application(policy={"automated": {}, "syncOptions": options}))
    world.run_for(1)
    assert ("/shop" in world.cluster.named("Namespace")) is create
