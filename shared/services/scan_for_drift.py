"""Use case: the timer looks at everything, so that neither drift nor a lost message lasts."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta

from shared.domain.record.application_status import ApplicationStatus, ResourceStatus
from shared.domain.specs.app_ref import AppRef
from shared.domain.specs.application import Application
from shared.domain.specs.destination import Destination
from shared.errors import TidegateError
from shared.ports.clock import Clock
from shared.services.application_rows import ApplicationRows, StoredApplication
from shared.services.ensure_bootstrap import EnsureBootstrap
from shared.services.sweep_cluster import Kind
from shared.services.wake_applications import WakeApplications

log = logging.getLogger(__name__)
_GRACE = timedelta(seconds=90)


class ScanForDrift:
    """Wakes what moved in its cluster, what was never looked at, and what is overdue.

    An application that is only observed carries no label to be listed by: it is looked at as a whole when
    that was not done for `interval`.
    """

    def __init__(
        self,
        rows: ApplicationRows,
        wake: WakeApplications,
        bootstrap: EnsureBootstrap,
        sweep: Callable[[Mapping[Destination, Collection[Kind]]], set[str]],
        clock: Clock,
        interval: timedelta,
    ) -> None:
        self._rows, self._wake, self._bootstrap = rows, wake, bootstrap
        self._sweep, self._clock, self._interval = sweep, clock, interval

    def __call__(self) -> None:
        self._bootstrap()
        seen = list(self._rows.statuses())
        overdue = self._wake.overdue(seen, _GRACE)
        statuses = {found.ref: found.status for found in seen}
        applications = list(self._rows.applications())
        due = {found.ref for found in applications if self._is_due(found, statuses.get(found.ref))}
        due |= self._moved(applications, statuses)
        for ref in sorted(due):
            self._wake(ref, "live")
        log.info("drift scan", extra={"woken": len(due), "overdue": overdue})

    def _is_due(self, stored: StoredApplication, status: ApplicationStatus | None) -> bool:
        if status is None:
            return True
        if stored.generation != status.generation and not status.wake.token:
            return True  # its manifest was changed, and whoever did that died before the wake
        if status.wake.token or status.managed:
            return not status.wake.token and status.reconciled_at is None
        return _is_old(status.reconciled_at, self._clock.now(), self._interval)

    def _moved(
        self, applications: list[StoredApplication], statuses: dict[AppRef, ApplicationStatus]
    ) -> set[AppRef]:
        names: dict[str, AppRef] = {}
        kinds: dict[Destination, set[Kind]] = defaultdict(set)
        for stored in applications:
            status = statuses.get(stored.ref)
            if status is None or not status.managed:
                continue
            try:
                app = Application.parse(stored.manifest)
            except TidegateError:  # its own status says what is wrong with it
                continue
            names[app.instance_name] = stored.ref
            place = Destination("", app.destination.name, app.destination.server)
            kinds[place] |= watched_kinds(status.resources)
        return {names[name] for name in self._sweep(kinds) if name in names}


def watched_kinds(resources: Iterable[ResourceStatus]) -> set[Kind]:
    """The kinds of what we have in the cluster: our objects, and the Secrets of hosted ExternalSecrets."""
    tracked = [found for found in resources if found.tracked]
    kinds = {(found.key.group, found.key.kind) for found in tracked if not found.hosted}
    hosts_secrets = any(found.hosted and found.key.kind == "ExternalSecret" for found in tracked)
    return kinds | ({("", "Secret")} if hosts_secrets else set())


def _is_old(moment: datetime | None, now: datetime, interval: timedelta) -> bool:
    return moment is None or now - moment >= interval
