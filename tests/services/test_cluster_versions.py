"""The version of a cluster is asked for now and then, not for every look."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.adapters.system.clock import FixedClock
from shared.errors import UnavailableError
from shared.services.cluster_versions import ClusterVersions
from shared.services.clusters import ConnectedCluster
from tests.services.memory_cluster import MemoryCluster
from tests.services.worlds import SHOP, synced_engine


def connected(cluster: MemoryCluster, key: str = "key") -> ConnectedCluster:
    return ConnectedCluster(key, "", cluster.port())


def test_it_is_asked_for_once_and_again_after_a_while() -> None:
    clock, cluster = FixedClock(), MemoryCluster()
    versions = ClusterVersions(clock)
    assert [versions(connected(cluster)) for _ in range(3)] == ["v1.34.4"] * 3
    assert cluster.calls == ["version"]
    cluster.version_text = "v1.35.0"
    clock.advance(timedelta(minutes=11))
    assert versions(connected(cluster)) == "v1.35.0"


def test_each_cluster_has_its_own() -> None:
    versions, old, new = ClusterVersions(FixedClock()), MemoryCluster(), MemoryCluster()
    new.version_text = "v1.35.0"
    assert (versions(connected(old, "a")), versions(connected(new, "b"))) == ("v1.34.4", "v1.35.0")


def test_no_answer_is_raised_and_not_remembered() -> None:
    versions, cluster = ClusterVersions(FixedClock()), MemoryCluster()
    cluster.failure = UnavailableError("Cluster memory: does not answer")
    with pytest.raises(UnavailableError):
        versions(connected(cluster))
    cluster.failure = None
    assert versions(connected(cluster)) == "v1.34.4"


def test_a_look_at_what_is_in_sync_reads_its_objects_and_nothing_else() -> None:
    world = synced_engine()
    world.cluster.calls.clear()
    world.wake(SHOP, "live")
    world.run_due()
    assert world.cluster.calls == ["get ConfigMap shop/greeting"]
