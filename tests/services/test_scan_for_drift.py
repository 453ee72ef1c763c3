"""The timer's look at everything: what is due, what moved, what was lost."""

from __future__ import annotations

from datetime import timedelta

from shared.domain.specs.bootstrap import Bootstrap
from shared.errors import UnavailableError
from tests.services.worlds import REPO, SHOP, Engine, application, engine, synced_engine


def woken(world: Engine) -> list[str]:
    return [stored.ref.name for stored in world.rows.statuses() if stored.status.wake.token]


def swept_engine() -> Engine:
    """Synced, and its objects are known to the sweep."""
    world = synced_engine()
    world.scan_for_drift()
    world.run_for(5)
    return world


def test_what_did_not_move_is_left_alone_however_old_it_is() -> None:
    world = swept_engine()
    world.clock.advance(timedelta(days=1))
    world.cluster.calls.clear()
    world.scan_for_drift()
    assert woken(world) == []
    assert world.cluster.calls == [call for call in world.cluster.calls if call.startswith("list")]


def test_what_somebody_changed_is_woken_and_put_back() -> None:
    world = swept_engine()
    world.cluster.change("ConfigMap", "shop", "greeting", data={"text": "by hand"})
    world.scan_for_drift()
    assert woken(world) == ["shop"]
    world.run_for(5)
    assert world.state() == ("Synced", "Healthy")
    assert len(world.cluster.writes()) == 2


def test_what_somebody_deleted_is_woken_and_made_again() -> None:
    world = swept_engine()
    world.cluster.objects.pop(next(key for key in world.cluster.objects if key.name == "greeting"))
    world.scan_for_drift()
    world.run_for(5)
    assert world.cluster.named("ConfigMap") == ["shop/greeting"]


def test_an_application_that_is_only_observed_is_looked_at_every_interval() -> None:
    world = engine(drift_seconds=60)
    world.add(application(policy={}))
    world.run_for(1)
    world.clock.advance(timedelta(seconds=30))
    world.scan_for_drift()
    assert woken(world) == []
    world.clock.advance(timedelta(seconds=30))
    world.scan_for_drift()
    assert woken(world) == ["shop"]


def test_what_was_never_looked_at_is_woken() -> None:
    world = engine()
    world.add()
    stored = world.rows.application(SHOP)
    assert stored is not None
    world.rows.remove(SHOP)
    world.rows.put(type(stored)(SHOP, stored.manifest, "api", stored.created_at))
    world.scan_for_drift()
    assert woken(world) == ["shop"]


def test_a_message_that_was_lost_is_sent_again() -> None:
    world = swept_engine()
    world.wake(SHOP, "live")
    lost = world.queue.receive(30)
    assert lost is not None
    world.queue.complete(lost)  # and its worker died before it did anything
    world.clock.advance(timedelta(seconds=60))
    world.scan_for_drift()
    assert world.queue.length() == 0, "it may still be at work"
    world.clock.advance(timedelta(seconds=60))
    world.scan_for_drift()
    assert world.run_due() == 1
    assert woken(world) == []


def test_a_cluster_that_is_away_holds_up_no_other() -> None:
    world = swept_engine()
    world.memory.clusters["second"] = type(world.cluster)()
    other = application("other", path="shop", destination={"name": "second", "namespace": "shop"})
    world.add(other)
    world.run_for(5)
    world.scan_for_drift()
    world.run_for(5)
    world.cluster.failure = UnavailableError("Cluster memory: does not answer")
    world.memory.clusters["second"].change("ConfigMap", "shop", "greeting", data={"text": "by hand"})
    world.scan_for_drift()
    assert woken(world) == ["other"]


def test_the_root_application_comes_back_when_it_is_missing() -> None:
    world = engine({"apps/shop.yaml": application()}, bootstrap=Bootstrap(REPO))
    world.scan_for_drift()
    assert woken(world) == ["root-app"]


def test_an_application_that_cannot_be_read_any_more_holds_up_no_other() -> None:
    world = swept_engine()
    stored = world.rows.application(SHOP)
    assert stored is not None
    world.rows.put(type(stored)(SHOP, {**stored.manifest, "spec": {}}, "api", "", 2, stored.etag))
    world.add(application("web", path="shop"))
    world.run_for(1)
    world.scan_for_drift()


def test_a_change_of_status_alone_wakes_nobody() -> None:
    world = swept_engine()
    world.cluster.change("ConfigMap", "shop", "greeting", status={"seen": 1})
    world.scan_for_drift()
    assert woken(world) == []
