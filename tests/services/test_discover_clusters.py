"""Clusters with our tag are registered, and Azure is not asked more often than needed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.adapters.memory.document_store import MemoryDocumentStore
from shared.adapters.system.clock import FixedClock
from shared.adapters.system.random import SystemRandom
from shared.domain.specs.aks_id import AksId
from shared.domain.specs.destination import Destination
from shared.errors import UnavailableError
from shared.services.clusters import Clusters
from shared.services.discover_clusters import DiscoverClusters
from shared.services.record_audit import RecordAudit
from shared.services.register_cluster import RegisterCluster
from tests.services.memory_cluster import MemoryCluster, MemoryConnector

PROD = AksId("s", "g", "prod")


class World:
    """One cluster with the tag; `asked` counts the questions to Azure."""

    def __init__(self) -> None:
        self.clock, self.documents = FixedClock(), MemoryDocumentStore()
        self.tagged, self.asked, self.away = [PROD], 0, False
        self.clusters = Clusters(MemoryConnector({PROD.text: MemoryCluster()}), self.documents, list)
        audit = RecordAudit(self.documents, self.clock, SystemRandom())
        register = RegisterCluster(self.clusters, lambda _: "https://prod.azmk8s.io", audit)
        self.discover = DiscoverClusters(self._found, register, self.documents, self.clock)

    def _found(self) -> list[AksId]:
        self.asked += 1
        if self.away:
            raise UnavailableError("Subscription s: is throttled")
        return self.tagged


@pytest.fixture
def world() -> World:
    return World()


def test_a_tagged_cluster_is_a_destination_by_its_own_name(world: World) -> None:
    assert world.discover() == ["prod"]
    assert world.clusters.at(Destination("", name="prod")).reference == PROD.text


def test_azure_is_asked_every_ten_minutes(world: World) -> None:
    world.discover()
    world.clock.advance(timedelta(minutes=9, seconds=59))
    assert world.discover() == []
    assert world.asked == 1
    world.clock.advance(timedelta(seconds=1))
    assert world.discover() == []
    assert world.asked == 2


def test_what_fails_stops_nobody_and_is_tried_again(world: World) -> None:
    world.away = True
    assert world.discover() == []
    world.away = False
    world.clock.advance(timedelta(minutes=10))
    assert world.discover() == ["prod"]


def test_a_tag_that_is_gone_forgets_no_cluster(world: World) -> None:
    world.discover()
    world.tagged = []
    world.clock.advance(timedelta(hours=1))
    world.discover()
    assert world.clusters.at(Destination("", name="prod")).reference == PROD.text
