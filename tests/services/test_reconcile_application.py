"""One message, one turn: tokens, leases, what others ask meanwhile, and what a failed look leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.domain.compare.comparison import SyncStatus
from shared.domain.health.health import HealthStatus
from shared.domain.manifests.manifest import Manifest
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.operate.operation import Phase
from shared.domain.work.message import WorkKind, WorkMessage
from shared.domain.work.message_text import to_text
from shared.errors import ConflictError, PermissionDeniedError, UnavailableError
from shared.services.start_sync import SyncWish
from tests.services.worlds import (
    REPO,
    SHOP,
    Engine,
    MemorySealing,
    application,
    config_map,
    engine,
    synced_engine,
)

CHANGED = {"shop/greeting.yaml": config_map("greeting", "bye")}


def test_an_application_is_brought_to_what_git_says() -> None:
    world = engine()
    world.add()
    world.run_for(1)
    assert world.state() == ("Synced", "Healthy")
    assert world.cluster.writes() == ["apply ConfigMap shop/greeting"]


def test_a_message_with_another_token_is_dropped() -> None:
    world = synced_engine()
    before, calls = world.status(), len(world.cluster.calls)
    world.reconcile(WorkMessage(WorkKind.RECONCILE, str(SHOP), "somebody-elses"))
    assert world.status() == before
    assert len(world.cluster.calls) == calls


def test_a_message_that_comes_twice_does_nothing_the_second_time() -> None:
    world = synced_engine()
    world.wake(SHOP, "live")
    token = world.status().wake.token
    world.run_due()
    calls = len(world.cluster.calls)
    world.reconcile(WorkMessage(WorkKind.RECONCILE, str(SHOP), token))
    assert len(world.cluster.calls) == calls


def test_while_another_worker_has_the_lease_the_message_waits_and_then_is_done() -> None:
    world = synced_engine()
    world.receive_push(world.push(CHANGED))
    lease = world.ports.leases.acquire(f"application:{SHOP}")
    assert lease is not None
    world.run_due()
    assert world.cluster.objects
    assert len(world.cluster.writes()) == 1, "nothing is written beside the holder of the lease"
    world.ports.leases.release(lease)
    world.run_for(3)
    assert len(world.cluster.writes()) == 2


def test_a_wake_that_comes_during_a_turn_is_not_lost() -> None:
    world = synced_engine()
    world.receive_push(world.push(CHANGED))
    world.cluster.meanwhile = lambda: world.wake(SHOP, "live")
    message = world.queue.receive(30)
    assert message is not None
    world.do_work(message.text)
    world.queue.complete(message)
    world.cluster.meanwhile = lambda: None
    assert world.status().wake.reasons == ("live",)
    assert world.run_due() == 1
    assert not world.status().wake.token


def test_the_echo_of_our_own_write_does_not_start_the_clock_again() -> None:
    world = synced_engine()
    world.receive_push(world.push(CHANGED))
    world.cluster.meanwhile = lambda: world.wake.soon(SHOP, "live", timedelta(milliseconds=30))
    world.run_for(2)
    clock = world.status().clock
    assert clock.applied is not None
    assert clock.healthy is not None


@pytest.mark.parametrize("moment", ["dry-run", "apply"])
def test_a_deletion_asked_for_during_a_turn_is_kept(moment: str) -> None:
    """Before the plan is in the row, and after."""
    world = synced_engine()

    def ask() -> None:
        world.cluster.meanwhile = world.cluster.before_dry_run = lambda: None
        world.create_application.delete(SHOP, cascade=False, background=False, who="someone")

    if moment == "apply":
        world.cluster.meanwhile = ask
    else:
        world.cluster.before_dry_run = ask
    world.receive_push(world.push(CHANGED))
    world.run_for(5)
    assert world.rows.application(SHOP) is None


def test_an_operation_told_to_end_during_a_turn_ends() -> None:
    first = config_map("first", annotations={"argocd.argoproj.io/sync-wave": "0"})
    world = engine({"shop/a.yaml": deployment("web"), "shop/b.yaml": late("second"), "shop/c.yaml": first})
    world.cluster.meanwhile = lambda: end(world)
    world.add()
    world.run_for(3)
    operation = world.status().operation
    assert operation is not None
    assert (operation.phase, operation.message) == (Phase.FAILED, "Operation terminated")
    assert operation.retry_count == 0, "what a person has ended is not tried again"
    assert "shop/second" not in world.cluster.named("ConfigMap")


def end(world: Engine) -> None:
    world.cluster.meanwhile = lambda: None
    world.start_sync.terminate(SHOP, who="alice")


def test_a_failed_look_keeps_what_was_seen_and_says_why() -> None:
    world = synced_engine()
    seen = world.status()
    world.cluster.failure = UnavailableError("Cluster memory: does not answer")
    world.wake(SHOP, "live")
    world.run_due()
    failed = world.status()
    assert failed.sync is SyncStatus.UNKNOWN
    assert failed.health == seen.health
    assert failed.resources == seen.resources
    assert [(found.type, found.message) for found in failed.conditions] == [
        ("ComparisonError", "Cluster memory: does not answer")
    ]


def test_a_cluster_that_is_away_is_tried_again_ever_more_rarely_until_it_answers() -> None:
    world = synced_engine()
    world.cluster.failure = UnavailableError("Cluster memory: does not answer")
    world.wake(SHOP, "live")
    assert world.run_for(31) == 5, "at once and after 2, 4, 8 and 16 s"
    world.cluster.failure = None
    world.run_for(40)
    assert world.state() == ("Synced", "Healthy")
    assert world.status().conditions == ()
    assert world.status().failures == 0


def test_a_longer_wish_of_the_service_is_honoured() -> None:
    world = synced_engine()
    world.cluster.failure = UnavailableError("Cluster memory: 429", retry_after_seconds=60)
    world.wake(SHOP, "live")
    assert world.run_for(59) == 1


def test_a_render_error_waits_for_an_edit_and_touches_nothing() -> None:
    world = synced_engine()
    world.receive_push(world.push({"shop/greeting.yaml": b"{broken"}))
    assert world.run_for(600) == 1, "no retries: only another revision helps"
    (condition,) = world.status().conditions
    assert condition.type == "ComparisonError"
    assert "shop/greeting.yaml" in condition.message
    assert len(world.cluster.writes()) == 1
    world.receive_push(world.push(CHANGED))
    world.run_for(1)
    assert world.state() == ("Synced", "Healthy")
    assert world.status().conditions == ()


def test_a_refresh_that_met_an_error_asks_the_repository_again() -> None:
    world = synced_engine()
    world.git.push(REPO, CHANGED)  # its webhook is lost
    world.git.failures[REPO] = UnavailableError("Repository: does not answer")
    world.start_sync.refresh(SHOP, hard=False)
    world.run_due()
    del world.git.failures[REPO]
    world.run_for(5)
    assert world.status().revisions == (world.git.head(REPO),)


def test_drift_is_put_back_at_once_and_again_only_after_a_while() -> None:
    world = synced_engine()
    for _ in range(2):
        world.cluster.change("ConfigMap", "shop", "greeting", data={"text": "by hand"})
        world.wake(SHOP, "live")
        world.run_due()
    assert world.cluster.writes().count("apply ConfigMap shop/greeting") == 2, "the second heal backs off"
    world.run_for(3)
    assert world.cluster.writes().count("apply ConfigMap shop/greeting") == 3
    assert world.state() == ("Synced", "Healthy")


def test_a_plan_that_removes_everything_is_refused_and_nothing_is_written() -> None:
    world = synced_engine()
    world.receive_push(world.push({"shop/README.md": config_map("another", namespace="elsewhere")}))
    world.git.push(REPO, {"shop/empty.yaml": {"apiVersion": "v1", "kind": "List", "items": []}})
    world.start_sync.refresh(SHOP, hard=False)
    world.run_for(1)
    (condition,) = world.status().conditions
    assert condition.type == "SyncError"
    assert "all 1 objects of the application would be removed" in condition.message
    assert world.cluster.writes() == ["apply ConfigMap shop/greeting"]
    assert world.status().sync is SyncStatus.OUT_OF_SYNC


def test_the_turn_of_a_holder_that_was_paused_too_long_ends_without_a_write_to_the_row() -> None:
    world = synced_engine()
    world.receive_push(world.push(CHANGED))

    def take_over() -> None:
        stored = world.rows.status(SHOP)
        world.rows.save(stored, replace(stored.status, epoch=stored.status.epoch + 5))

    world.cluster.meanwhile = take_over
    message = world.queue.receive(30)
    assert message is not None
    with pytest.raises(ConflictError, match="another worker has taken over"):
        world.do_work(message.text)
    operation = world.status().operation
    assert operation is not None
    assert operation.phase is Phase.RUNNING


def test_a_request_that_cannot_be_met_ends_as_an_operation_that_says_why() -> None:
    world = synced_engine()
    world.cluster.failure = PermissionDeniedError("Cluster memory: may not read")
    world.start_sync(SHOP, SyncWish(), who="alice")
    world.run_due()
    status = world.status()
    assert status.requested is None
    assert status.operation is not None
    assert (status.operation.phase, status.operation.message) == (
        Phase.ERROR,
        "Cluster memory: may not read",
    )


def deployment(name: str) -> Manifest:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {"replicas": 1, "selector": {"matchLabels": {"app": name}}},
    }


def late(name: str) -> Manifest:
    return config_map(name, annotations={"argocd.argoproj.io/sync-wave": "1"})


def test_an_operation_whose_look_is_refused_goes_on_once_it_is_not() -> None:
    world = engine({"shop/a.yaml": deployment("web"), "shop/b.yaml": late("second")})
    world.add()
    world.run_due()
    world.cluster.failure = PermissionDeniedError("Cluster memory: may not read")
    world.run_for(5)
    assert world.status().conditions[0].type == "SyncError"
    world.cluster.failure = None
    rolled_out = {"replicas": 1, "updatedReplicas": 1, "availableReplicas": 1, "observedGeneration": 0}
    world.cluster.change("Deployment", "shop", "web", status=rolled_out)
    world.run_for(60)
    assert world.state() == ("Synced", "Healthy")


def test_what_is_not_healthy_yet_is_looked_at_again() -> None:
    world = engine({"shop/web.yaml": deployment("web")})
    world.add()
    world.run_for(3)
    assert world.status().health.status is HealthStatus.PROGRESSING
    rolled_out = {"replicas": 1, "updatedReplicas": 1, "availableReplicas": 1, "observedGeneration": 0}
    world.cluster.change("Deployment", "shop", "web", status=rolled_out)
    world.run_for(3)
    assert world.state() == ("Synced", "Healthy")
    assert world.status().clock.healthy is not None
    assert world.run_for(600) == 0, "what is well is left alone"


def test_a_parent_is_told_when_its_child_changes_and_not_otherwise() -> None:
    world = engine({"apps/shop.yaml": application(), "shop/greeting.yaml": config_map("greeting")})
    root = world.add(application("root", path="apps"))
    world.run_for(5)
    assert world.state(root) == ("Synced", "Healthy")
    world.wake(SHOP, "live")
    world.run_due()
    assert not world.status(root).wake.token
    world.cluster.change("ConfigMap", "shop", "greeting", data={"text": "by hand"})
    world.wake(SHOP, "live")
    world.run_due()
    assert world.status(root).wake.reasons == ("child",)


class SealingAway(MemorySealing):
    """A key that cannot be had while `away`."""

    away = True

    def fingerprint(self, data: bytes) -> str:
        if self.away:
            raise UnavailableError("Key Vault memory: does not answer")
        return super().fingerprint(data)


def test_a_sealing_key_that_is_away_at_the_start_is_the_trouble_of_an_application_that_needs_it() -> None:
    world = engine()
    world.memory.sealing = sealing = SealingAway()
    drifted = config_map("greeting", "by hand", namespace="shop")
    world.cluster.objects[ResourceKey("", "ConfigMap", "shop", "greeting")] = drifted
    world.add()
    world.run_for(5)
    (condition,) = world.status().conditions
    assert "Key Vault memory: does not answer" in condition.message
    sealing.away = False
    world.run_for(60)
    assert world.state() == ("Synced", "Healthy")


def test_a_message_about_an_application_that_is_gone_leaves_no_row() -> None:
    world = engine()
    world.wake(SHOP, "live")
    world.run_due()
    assert world.rows.status(SHOP).etag is None


def test_the_text_of_a_message_names_the_application_and_no_state() -> None:
    message = WorkMessage(WorkKind.RECONCILE, str(SHOP), "token", "")
    assert "argocd/shop" in to_text(message)


def left_alone() -> Manifest:
    manifest = application()
    annotations = {"argocd.argoproj.io/skip-reconcile": "true"}
    return {**manifest, "metadata": {**manifest["metadata"], "annotations": annotations}}


def test_an_application_that_says_skip_reconcile_is_left_alone_until_it_does_not() -> None:
    world = engine()
    world.add(left_alone())
    world.run_for(5)
    assert world.cluster.writes() == []
    world.create_application.update(application(), who="tests")
    world.run_for(5)
    assert world.state() == ("Synced", "Healthy")


def test_drift_of_an_application_that_says_skip_reconcile_stays_and_a_person_may_sync_it() -> None:
    world = synced_engine()
    world.create_application.update(left_alone(), who="tests")
    world.cluster.change("ConfigMap", "shop", "greeting", data={"text": "drifted"})
    before = len(world.cluster.writes())
    world.wake(SHOP, "live")
    world.run_for(5)
    assert len(world.cluster.writes()) == before
    world.start_sync(SHOP, SyncWish(), who="kim")
    world.run_for(5)
    assert len(world.cluster.writes()) > before
