"""Out of one store and into another."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.adapters.memory.blob_store import MemoryBlobStore
from shared.adapters.memory.document_store import MemoryDocumentStore
from shared.adapters.memory.work_queue import MemoryWorkQueue
from shared.adapters.system.clock import FixedClock
from shared.adapters.system.random import CountingRandom
from shared.domain.record.application_status import Pin
from shared.domain.specs.app_ref import AppRef
from shared.errors import InvalidRequestError
from shared.ports.document_store import Document
from shared.services.application_rows import ApplicationRows, StoredApplication
from shared.services.export_state import ExportState
from shared.services.wake_applications import WakeApplications

BY_HAND, FROM_GIT = AppRef("argocd", "by-hand"), AppRef("argocd", "from-git")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Store:
    def __init__(self) -> None:
        clock = FixedClock()
        self.documents = MemoryDocumentStore()
        self.rows = ApplicationRows(self.documents, MemoryBlobStore())
        self.queue = MemoryWorkQueue("work", clock)
        wake = WakeApplications(self.rows, self.queue, clock, CountingRandom())
        self.state = ExportState(self.documents, self.rows, wake)


def filled() -> Store:
    store = Store()
    for ref, origin in ((BY_HAND, "api"), (FROM_GIT, "parent:argocd/root-app")):
        manifest = {"metadata": {"name": ref.name}, "spec": {}}
        store.rows.put(StoredApplication(ref, manifest, origin, NOON.isoformat()))
    pinned = store.rows.status(FROM_GIT)
    store.rows.save(pinned, replace(pinned.status, pin=Pin(3, ("a",), ("b",), "kim", NOON)))
    store.documents.put(Document("clusters", "uid-1", {"aliases": ["prod"], "server": "https://prod"}))
    store.documents.put(Document("sources:github.com/a/b", "argocd/x", {"paths": []}))
    return store


def test_what_git_does_not_hold_comes_back_in_an_empty_store() -> None:
    exported = filled().state.export()
    empty = Store()
    assert empty.state.restore(exported) == 3
    found = empty.rows.application(BY_HAND)
    assert found is not None
    assert (found.origin, found.manifest["metadata"]["name"]) == ("api", "by-hand")
    assert empty.documents.get("clusters", "uid-1") is not None


def test_what_git_holds_is_not_exported() -> None:
    exported = filled().state.export()
    assert [each["ref"] for each in exported["applications"]] == ["argocd/by-hand"]
    assert "sources:github.com/a/b" not in exported["rows"]


def test_a_pin_comes_back_as_a_rest_at_the_rejected_revision() -> None:
    empty = Store()
    empty.state.restore(filled().state.export())
    assert empty.rows.status(FROM_GIT).status.paused_at == ("b",)


def test_what_exists_is_left_alone_and_a_second_import_adds_nothing_new() -> None:
    store = filled()
    before = store.rows.application(BY_HAND)
    store.state.restore(store.state.export())
    assert store.rows.application(BY_HAND) == before


@pytest.mark.parametrize(
    "document",
    [{}, {"version": 2}, {"version": 1}, {"version": 1, "rows": [], "applications": [], "pins": {}}],
)
def test_what_is_no_export_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequestError, match="Import"):
        Store().state.restore(document)


def test_rows_that_no_export_has_are_refused_before_anything_is_stored() -> None:
    store = Store()
    document = {"version": 1, "rows": {"audit": {"x": {}}}, "applications": [], "pins": {}}
    with pytest.raises(InvalidRequestError, match="audit"):
        store.state.restore(document)
    assert store.documents.get("audit", "x") is None
