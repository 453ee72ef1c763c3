"""The audit log by who, what, on whom, and since when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.adapters.memory.document_store import MemoryDocumentStore
from shared.adapters.system.clock import FixedClock
from shared.services.record_audit import AuditFilter, RecordAudit
from tests.services.worlds import NumberedRandom


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def audit(clock: FixedClock) -> RecordAudit:
    audit = RecordAudit(MemoryDocumentStore(), clock, NumberedRandom())
    for number in range(40):
        who = "alice" if number % 10 == 0 else "bob"
        audit(who, "application.sync" if number % 2 else "applicationset.create", f"argocd/app-{number}")
        clock.advance(timedelta(seconds=1))
    return audit


def subjects(audit: RecordAudit, wanted: AuditFilter, limit: int = 1000) -> list[str]:
    """Of all pages."""
    found: list[str] = []
    token = ""
    for _ in range(100):
        entries, token = audit.entries(limit=limit, token=token, wanted=wanted)
        assert len(entries) <= limit
        found += [entry.subject for entry in entries]
        if not token:
            return found
    raise AssertionError("the pages do not end")


@pytest.mark.parametrize("limit", [1, 3, 1000])
def test_every_field_has_to_fit_on_pages_of_any_size(audit: RecordAudit, limit: int) -> None:
    alices = [f"argocd/app-{number}" for number in (0, 10, 20, 30)]
    assert subjects(audit, AuditFilter(who="alice"), limit) == alices
    assert subjects(audit, AuditFilter(who="alice", what="application.sync"), limit) == []
    assert subjects(audit, AuditFilter(subject="argocd/app-39"), limit) == ["argocd/app-39"]
    assert len(subjects(audit, AuditFilter(what="application"), limit)) == 40
    assert len(subjects(audit, AuditFilter(what="application."), limit)) == 20


def test_since_a_moment_nothing_older_is_shown_or_read(audit: RecordAudit, clock: FixedClock) -> None:
    since = clock.now() - timedelta(seconds=3)
    assert subjects(audit, AuditFilter(since=since)) == [f"argocd/app-{number}" for number in (37, 38, 39)]
    assert subjects(audit, AuditFilter(since=since, who="alice")) == []
    assert subjects(audit, AuditFilter(since=clock.now())) == []
