"""The kinds that applications have objects of, kept without reading every status again."""

from __future__ import annotations

from shared.domain.specs.app_ref import AppRef
from shared.services.application_rows import ApplicationRows
from shared.services.change_signal import ChangeSignal
from shared.services.scan_for_drift import watched_kinds
from shared.services.sweep_cluster import Kind


class ManagedKinds:
    """Asked every other second of an installation at rest: then it reads nothing.

    For one thread, in the process that writes the statuses. When more than `many` were written since it was
    asked last, all are read again: far fewer than the signal would forget.
    """

    def __init__(self, rows: ApplicationRows, signal: ChangeSignal, many: int = 1000) -> None:
        self._rows, self._signal, self._many = rows, signal, many
        self._kinds: dict[AppRef, set[Kind]] | None = None
        self._mark = 0

    def __call__(self) -> set[Kind]:
        """Raises TidegateError when the store is away; the next call then reads what this one missed."""
        mark, written = self._signal.wait(self._mark, 0)
        if self._kinds is None or len(written) > self._many:
            self._kinds = {
                found.ref: watched_kinds(found.status.resources) for found in self._rows.statuses()
            }
        else:
            for ref in map(AppRef.parse, written):
                self._kinds[ref] = watched_kinds(self._rows.status(ref).status.resources)
        self._mark = mark
        return set().union(*self._kinds.values())
