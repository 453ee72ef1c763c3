"""What is remembered of each change, by its trace id, for as long as people ask about it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from shared.domain.events.push_match import normalised_repo_url
from shared.domain.record.change_trace import ChangeTrace
from shared.domain.record.traced_step import TracedStep
from shared.errors import ConflictError
from shared.ports.clock import Clock
from shared.ports.document_store import Document, DocumentStore
from shared.services.document_rows import alter, remove, scan, upsert

KEPT = timedelta(days=30)
_TRACES, _TIMES, _COMMITS = "traces", "trace-times", "trace-commits"
_END = 10**16  # microseconds since 1970: the newest comes first
_FORGOTTEN_AT_ONCE = 8
_FORGETFUL = ("0", "4", "8", "c")  # first digits: one in four looks for old ones, and finds two for each new


class TraceRows:
    """Rows `traces` / trace, `trace-times` / newest first, `trace-commits` / repository@commit, and
    `trace:<trace>` / subject. Who begins a trace forgets, now and then, some that are older than KEPT.
    """

    def __init__(self, documents: DocumentStore, clock: Clock) -> None:
        self._documents, self._clock = documents, clock

    def begin(self, change: ChangeTrace) -> bool:
        """Remember where a change began; False for one that was known already: an event comes twice."""
        if self._documents.get(_TRACES, change.trace) is not None:
            return False
        # the time first: what it does not list would never be forgotten
        time_key = _time_key(change.received, change.trace)
        self._insert(Document(_TIMES, time_key, {"trace": change.trace}))
        self._insert(Document(_TRACES, change.trace, msgspec.to_builtins(change)))
        if change.trace.startswith(_FORGETFUL):
            self._forget_old()
        return True

    def get(self, trace: str) -> ChangeTrace | None:
        found = self._documents.get(_TRACES, trace) if trace else None
        return msgspec.convert(found.body, ChangeTrace) if found else None

    def advance(self, trace: str, change: Callable[[ChangeTrace], ChangeTrace]) -> None:
        """Note how far it got; nothing where the trace is not known, or its row does not stand still."""

        def changed(row: Document | None) -> dict[str, Any] | None:
            return msgspec.to_builtins(change(msgspec.convert(row.body, ChangeTrace))) if row else None

        with suppress(ConflictError):
            alter(self._documents, _TRACES, trace, changed)

    def commit(self, repo_url: str, commit: str, trace: str) -> None:
        """The push of this commit, whoever tells of it, goes on under this trace."""
        upsert(self._documents, _COMMITS, _commit_key(repo_url, commit), {"trace": trace})

    def of_commit(self, repo_url: str, commit: str) -> str:
        """The trace that led to a commit of ours, "" for a commit of others."""
        found = self._documents.get(_COMMITS, _commit_key(repo_url, commit))
        return str(found.body["trace"]) if found else ""

    def reached(self, step: TracedStep) -> None:
        """Note what became of the change at one application or ExternalSecret."""
        upsert(self._documents, f"trace:{step.trace}", step.subject, msgspec.to_builtins(step))

    def steps(self, trace: str) -> list[TracedStep]:
        return [msgspec.convert(row.body, TracedStep) for row in scan(self._documents, f"trace:{trace}")]

    def page(self, limit: int, token: str = "") -> tuple[list[ChangeTrace], str]:
        """The newest changes, and the token of the next page ("" at the end)."""
        page = self._documents.scan(_TIMES, limit=limit, token=token)
        found = (self.get(str(row.body["trace"])) for row in page.documents)
        return [change for change in found if change is not None], page.token

    def _insert(self, document: Document) -> None:
        with suppress(ConflictError):  # it is there
            self._documents.put(document)

    def _forget_old(self) -> None:
        oldest = _time_key(self._clock.now() - KEPT)
        for row in self._documents.scan(_TIMES, limit=_FORGOTTEN_AT_ONCE, token=oldest).documents:
            trace = str(row.body["trace"])
            change = self.get(trace)
            if change is not None and change.commit:
                remove(self._documents, _COMMITS, _commit_key(change.repo_url, change.commit))
            for step in list(scan(self._documents, f"trace:{trace}")):
                remove(self._documents, step.partition, step.key)
            remove(self._documents, _TRACES, trace)
            remove(self._documents, _TIMES, row.key)


def _time_key(moment: datetime, trace: str = "") -> str:
    since = moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return f"{_END - since // timedelta(microseconds=1):016d}-{trace}"


def _commit_key(repo_url: str, commit: str) -> str:
    return f"{normalised_repo_url(repo_url)}@{commit}"
