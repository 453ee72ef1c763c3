"""Drift by fingerprint."""

from __future__ import annotations

from shared.domain.specs.destination import Destination
from tests.services.worlds import Engine, config_map, synced_engine

HERE = Destination("", "in-cluster")
KINDS = {("", "ConfigMap")}


def swept() -> Engine:
    world = synced_engine()
    world.sweep_cluster(world.clusters.at(HERE), KINDS)
    return world


def test_what_was_never_seen_is_looked_at() -> None:
    world = synced_engine()
    assert world.sweep_cluster(world.clusters.at(HERE), KINDS).moved == {"shop"}


def test_what_has_not_moved_is_not_even_read() -> None:
    world = swept()
    again = world.sweep_cluster(world.clusters.at(HERE), KINDS)
    assert (again.moved, again.objects, again.fingerprinted) == (set(), 1, 0)


def test_a_change_by_hand_is_found() -> None:
    world = swept()
    world.cluster.change("ConfigMap", "shop", "greeting", data={"text": "drifted"})
    assert world.sweep_cluster(world.clusters.at(HERE), KINDS).moved == {"shop"}


def test_a_new_version_with_the_same_content_moves_nothing() -> None:
    world = swept()
    world.cluster.change("ConfigMap", "shop", "greeting", status={"seen": True})
    again = world.sweep_cluster(world.clusters.at(HERE), KINDS)
    assert (again.moved, again.fingerprinted) == (set(), 1)


def test_what_is_gone_is_found() -> None:
    world = swept()
    gone = next(key for key in world.cluster.objects if key.kind == "ConfigMap")
    del world.cluster.objects[gone]
    assert world.sweep_cluster(world.clusters.at(HERE), KINDS).moved == {"shop"}


def test_objects_of_nobody_and_kinds_that_are_not_served_are_left_out() -> None:
    world = swept()
    world.cluster.add(config_map("stray", namespace="shop"))
    again = world.sweep_cluster(world.clusters.at(HERE), {*KINDS, ("x.test", "Tide")})
    assert (again.moved, again.objects) == (set(), 1)


def test_the_timer_heals_what_the_sweep_finds() -> None:
    world = synced_engine()
    world.scan()
    world.run_for(5)
    world.cluster.change("ConfigMap", "shop", "greeting", data={"text": "drifted"})
    world.scan()
    world.run_for(5)
    found = next(value for key, value in world.cluster.objects.items() if key.kind == "ConfigMap")
    assert found["data"] == {"text": "hello"}
