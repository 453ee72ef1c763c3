"""The process dies between two writes, and the next one does what was left undone.

These are the deaths that lost something once; tests/scenarios/kill dies everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.adapters.memory.blob_store import MemoryBlobStore
from shared.adapters.memory.document_store import MemoryDocumentStore
from shared.domain.manifests.manifest import Manifest
from shared.domain.record.application_status import ApplicationStatus
from shared.domain.specs.app_ref import AppRef
from shared.ports.document_store import Document
from shared.services.application_rows import ApplicationRows
from tests.services.worlds import REPO, SHOP, Engine, application, config_map

ROOT, CHILD = AppRef("argocd", "root"), SHOP
CASCADE = "resources-finalizer.argocd.argoproj.io"


class Death(BaseException):
    """Nothing catches it, as nothing catches a kill."""


class MortalDocuments(MemoryDocumentStore):
    """Dies right after the first write that `last` says yes to: verb ("put", "delete") and document."""

    last: Callable[[str, Document], bool] = staticmethod(lambda verb, document: False)

    def put(self, document: Document) -> Document:
        stored = super().put(document)
        self._die_after("put", document)
        return stored

    def delete(self, document: Document) -> None:
        super().delete(document)
        self._die_after("delete", document)

    def _die_after(self, verb: str, document: Document) -> None:
        if self.last(verb, document):
            self.last = lambda verb, document: False
            raise Death


def child(path: str = "shop") -> Manifest:
    manifest = application(path=path)
    manifest["metadata"]["finalizers"] = [CASCADE]
    return manifest


def files(*children: Manifest) -> dict[str, object]:
    """The root's children, another that stays, and what they deploy."""
    apps = {f"root/{found['metadata']['name']}.yaml": found for found in (*children, application("other"))}
    objects = {"shop/a.yaml": config_map("a"), "two/a.yaml": config_map("a", "two")}
    return {**apps, **objects, "other/b.yaml": config_map("b")}


class MortalEngine(Engine):
    """A root with its children, at rest and once swept."""

    def __init__(self, *children: Manifest) -> None:
        super().__init__()
        self.documents = MortalDocuments()
        self.memory.documents = self.documents
        self.git.push(REPO, files(*children))
        self.add(application("root"))
        self.run_for(10)
        self.scan_for_drift()
        self.run_for(10)
        assert self.state(ROOT) == ("Synced", "Healthy")

    def dies(self, last: Callable[[str, Document], bool], *children: Manifest) -> None:
        """Other children are pushed; die after that write, and start again after two minutes."""
        self.git.push(REPO, files(*children))
        self.documents.last = last
        self.poll_repositories()
        with pytest.raises(Death):
            self.run_for(10)
        self.clock.advance(timedelta(minutes=2))
        self.run_due()
        self.scan_for_drift()
        self.run_for(10)


def test_the_new_spec_of_a_child_is_seen_though_nobody_was_woken() -> None:
    world = MortalEngine(child())
    world.dies(lambda verb, document: document.partition == "applications", child(path="two"))
    (live,) = (found for key, found in world.cluster.objects.items() if key.name == "a")
    assert live["data"] == {"text": "two"}
    assert len(world.rows.history(CHILD)) == 2


@pytest.mark.parametrize("partition", ["applications", "history:argocd/shop", "application-status"])
def test_a_parent_hears_of_the_end_of_its_child(partition: str) -> None:
    world = MortalEngine(child())
    world.dies(lambda verb, document: (verb, document.partition) == ("delete", partition))
    assert world.state(ROOT) == ("Synced", "Healthy")
    assert [found.key.name for found in world.status(ROOT).resources] == ["other"]
    assert {stored.ref.name for stored in world.rows.statuses()} == {"root", "other"}
    assert world.cluster.named("ConfigMap") == ["shop/b"]


def test_a_wake_in_the_moment_of_the_end_is_no_trouble() -> None:
    """A parent that prunes a child which is just going wakes it once more."""
    world = MortalEngine(child())
    world.git.push(REPO, files())

    def wakes(verb: str, document: Document) -> bool:
        if (verb, document.partition) == ("delete", "history:argocd/shop"):
            world.wake(CHILD, "spec")
        return False

    world.documents.last = wakes
    world.poll_repositories()
    world.run_for(10)
    assert {stored.ref.name for stored in world.rows.statuses()} == {"root", "other"}
    assert world.state(ROOT) == ("Synced", "Healthy")


class Woken(MemoryDocumentStore):
    """Somebody writes the status between the read and the delete."""

    def delete(self, document: Document) -> None:
        if document.partition == "application-status" and "woken" not in document.body:
            super().put(replace(document, body={**document.body, "woken": True}))
        super().delete(document)


def test_a_status_that_is_written_while_it_is_removed_is_removed_all_the_same() -> None:
    rows = ApplicationRows(Woken(), MemoryBlobStore())
    rows.save(rows.status(CHILD), ApplicationStatus())
    rows.remove(CHILD)
    assert list(rows.statuses()) == []


def test_a_parent_hears_of_the_first_sync_of_its_child() -> None:
    world = MortalEngine()

    def says_synced(verb: str, document: Document) -> bool:
        return document.key == str(CHILD) and document.body.get("sync") == "Synced"

    world.dies(says_synced, child())
    assert world.state(CHILD) == ("Synced", "Healthy")
    assert world.state(ROOT) == ("Synced", "Healthy")
    assert {
        found.key.name: found.health and found.health.status.value for found in world.status(ROOT).resources
    } == {"other": "Healthy", "shop": "Healthy"}
