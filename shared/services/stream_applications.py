"""Use case: what becomes of applications, as it happens."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from time import monotonic
from typing import Any

import msgspec

from shared.domain.specs.app_ref import AppRef
from shared.domain.views.application_filter import ApplicationFilter
from shared.domain.views.field_mask import FieldMask
from shared.services.application_rows import ApplicationRows
from shared.services.change_signal import ChangeSignal
from shared.services.show_applications import ShowApplications

_TICK_SECONDS = 1.0
_Event = dict[str, Any]
# What another look changes though nothing has happened
_RESTLESS = FieldMask.parse(
    "-application.metadata.resourceVersion,application.status.reconciledAt,"
    "application.status.tidegate.observedAt,application.status.tidegate.staleSeconds"
)


class StreamApplications:
    """Writes of this process are seen at once; those of others by looking at all etags now and then."""

    def __init__(
        self,
        rows: ApplicationRows,
        show: ShowApplications,
        signal: ChangeSignal,
        poll_seconds: float = 5.0,
    ) -> None:
        self._rows, self._show, self._signal, self._poll_seconds = rows, show, signal, poll_seconds

    def __call__(
        self, wanted: ApplicationFilter = ApplicationFilter(), mask: FieldMask = FieldMask()
    ) -> Iterator[_Event | None]:
        """Yield {type, application}: ADDED for all that fit, then ADDED, MODIFIED and DELETED, without end.

        None comes when nothing has happened for a second. An application that leaves the filter is DELETED.
        Two states of which nothing that is shown differs are one; `mask` is for the whole value
        (`application.metadata.name`). Source: Argo CD server/application (Watch).
        """
        return _Watch(self._rows, self._show, wanted, mask).events(self._signal, self._poll_seconds)


class _Watch:
    """One client: what it was told last."""

    def __init__(
        self, rows: ApplicationRows, show: ShowApplications, wanted: ApplicationFilter, mask: FieldMask
    ) -> None:
        self._rows, self._show, self._wanted, self._mask = rows, show, wanted, mask
        self._told: dict[AppRef, bytes] = {}

    def events(self, signal: ChangeSignal, poll_seconds: float) -> Iterator[_Event | None]:
        mark, versions, polled = signal.now(), self._rows.versions(), monotonic()
        yield from self._news(sorted(versions))
        yield None
        while True:
            mark, written = signal.wait(mark, _TICK_SECONDS)
            changed = {AppRef.parse(subject) for subject in written}
            if monotonic() - polled >= poll_seconds:
                before, versions, polled = versions, self._rows.versions(), monotonic()
                changed |= {ref for ref in before | versions if before.get(ref) != versions.get(ref)}
            yield from self._news(sorted(changed))
            yield None

    def _news(self, refs: list[AppRef]) -> Iterator[_Event]:
        for ref in refs:
            event = self._event(ref)
            if event is not None:
                yield event

    def _event(self, ref: AppRef) -> _Event | None:
        """What to tell of one application, None when it looks as it was told last."""
        stored = self._rows.application(ref)
        fits = stored is not None and self._wanted.takes_document(stored.manifest)
        summary = self._rows.status(ref) if fits else None
        if stored is None or summary is None or not self._wanted.takes_state(summary.status):
            if self._told.pop(ref, None) is None:
                return None
            gone = {"metadata": {"name": ref.name, "namespace": ref.namespace}}
            return {"type": "DELETED", "application": gone}
        shown = self._show.view(stored, self._mask.below("application"))
        digest = _digest(shown)
        before = self._told.get(ref)
        if digest == before:
            return None
        self._told[ref] = digest
        event: _Event = {"type": "ADDED" if before is None else "MODIFIED", "application": shown}
        masked: _Event = self._mask.of(event)
        return masked


def _digest(shown: dict[str, Any]) -> bytes:
    kept = _RESTLESS.below("application").of(shown)
    return hashlib.blake2b(msgspec.json.encode(kept), digest_size=16).digest()
