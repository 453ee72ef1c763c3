"""What is watched follows what applications have, and an installation at rest reads nothing."""

from __future__ import annotations

import pytest

from shared.adapters.memory.blob_store import MemoryBlobStore
from shared.adapters.memory.document_store import MemoryDocumentStore
from shared.domain.manifests.manifest import Manifest
from shared.domain.record.application_status import ApplicationStatus
from shared.domain.specs.app_ref import AppRef
from shared.ports.document_store import Document, DocumentPage
from shared.services.application_rows import APPLICATION_PARTITIONS, ApplicationRows, StoredStatus
from shared.services.change_signal import ChangeSignal, SignalledDocuments
from shared.services.managed_kinds import ManagedKinds
from tests.services.worlds import SHOP, Engine, application, config_map, synced_engine

SECRET: Manifest = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "token"}}
FILES = {"shop/greeting.yaml": config_map("greeting"), "other/token.yaml": SECRET}


class CountedReads(MemoryDocumentStore):
    """Counts how often it is read."""

    reads = 0

    def get(self, partition: str, key: str) -> Document | None:
        self.reads += 1
        return super().get(partition, key)

    def scan(self, partition: str, *, prefix: str = "", limit: int = 1000, token: str = "") -> DocumentPage:
        self.reads += 1
        return super().scan(partition, prefix=prefix, limit=limit, token=token)


def kinds_of(world: Engine, many: int = 1000) -> ManagedKinds:
    return ManagedKinds(world.rows, world.changed, many)


def test_the_kinds_of_all_applications_are_found() -> None:
    assert kinds_of(synced_engine())() == {("", "ConfigMap")}


def test_at_rest_nothing_is_read() -> None:
    signal, documents = ChangeSignal(), CountedReads()
    rows = ApplicationRows(SignalledDocuments(documents, signal, APPLICATION_PARTITIONS), MemoryBlobStore())
    kinds = ManagedKinds(rows, signal)
    rows.save(StoredStatus(SHOP, ApplicationStatus()), ApplicationStatus())
    kinds()
    assert documents.reads > 0
    documents.reads = 0
    kinds()
    assert documents.reads == 0


@pytest.mark.parametrize("many", [1000, 0], ids=["one by one", "all again"])
def test_what_is_written_later_counts(many: int) -> None:
    world = synced_engine(FILES)
    kinds = kinds_of(world, many)
    assert kinds() == {("", "ConfigMap")}
    world.add(application("other"))
    world.run_for(5)
    assert kinds() == {("", "ConfigMap"), ("", "Secret")}


def test_an_application_that_is_gone_has_no_kinds() -> None:
    world = synced_engine()
    kinds = kinds_of(world)
    kinds()
    world.rows.remove(SHOP)
    assert kinds() == set()


def test_an_application_that_was_never_looked_at_has_none() -> None:
    world = synced_engine()
    kinds = kinds_of(world)
    kinds()
    world.add(application("other"))
    assert world.rows.status(AppRef("argocd", "other")).etag is not None
    assert kinds() == {("", "ConfigMap")}
