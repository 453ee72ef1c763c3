"""Use cases on one application: sync, roll back, terminate, refresh."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.operate.operation import Initiator, Phase
from shared.domain.record.application_status import ApplicationStatus, SyncRequest
from shared.domain.specs.app_ref import AppRef
from shared.errors import InvalidRequestError, NotFoundError
from shared.ports.clock import Clock
from shared.services.application_rows import ApplicationRows
from shared.services.record_audit import RecordAudit
from shared.services.resolve_sources import history_entry
from shared.services.wake_applications import WakeApplications


@dataclass(frozen=True, slots=True)
class SyncWish:
    """What a person may ask of a sync. No revisions = the head of the sources."""

    revisions: tuple[str, ...] = ()
    prune: bool = False
    dry_run: bool = False
    confirmed: bool = False
    resources: tuple[ResourceKey, ...] = ()


class StartSync:
    """The worker does it; these only write the wish into the row and wake the application."""

    def __init__(
        self, rows: ApplicationRows, wake: WakeApplications, audit: RecordAudit, clock: Clock
    ) -> None:
        self._rows, self._wake, self._audit, self._clock = rows, wake, audit, clock

    def __call__(self, ref: AppRef, wish: SyncWish, *, who: str) -> None:
        """Raises InvalidRequestError while another operation runs. Source: Argo CD argo.SetAppOperation."""
        self._require(ref)
        request = SyncRequest(
            Initiator(who),
            self._clock.now(),
            wish.revisions,
            wish.prune,
            wish.dry_run,
            wish.confirmed,
            wish.resources,
        )
        self._wake(ref, "sync", change=_asking(request))
        self._audit(who, "application.sync", str(ref), ",".join(wish.revisions))

    def roll_back(self, ref: AppRef, history_id: int, *, prune: bool, dry_run: bool, who: str) -> None:
        """Go back to an earlier deployment and pin the application there.

        Works with auto-sync on, unlike Argo CD: the pin holds until the head is another than today's.
        Raises NotFoundError that names the ids there are.
        """
        self._require(ref)
        entry = history_entry(self._rows.history(ref), history_id)
        request = SyncRequest(
            Initiator(who),
            self._clock.now(),
            entry.revisions,
            prune,
            dry_run,
            confirmed=False,
            history_id=history_id,
        )
        self._wake(ref, "sync", change=_asking(request))
        self._audit(who, "application.rollback", str(ref), f"to {history_id}")

    def terminate(self, ref: AppRef, *, who: str) -> None:
        """End a running operation. Raises InvalidRequestError when there is none."""
        self._require(ref)

        def stop(status: ApplicationStatus) -> ApplicationStatus:
            if status.operation is None or status.operation.phase.completed:
                raise InvalidRequestError("Unable to terminate operation. No operation is in progress")
            return replace(
                status, operation=replace(status.operation, phase=Phase.TERMINATING), retry_at=None
            )

        self._wake(ref, "sync", change=stop)
        self._audit(who, "application.terminate", str(ref))

    def refresh(self, ref: AppRef, *, hard: bool) -> None:
        """Have the application looked at with the sources' present heads."""
        self._require(ref)
        self._wake(ref, "hard" if hard else "refresh")

    def _require(self, ref: AppRef) -> None:
        if self._rows.application(ref) is None:
            raise NotFoundError(f'applications.argoproj.io "{ref.name}" not found')


def _asking(request: SyncRequest) -> Callable[[ApplicationStatus], ApplicationStatus]:
    def change(status: ApplicationStatus) -> ApplicationStatus:
        running = status.operation is not None and not status.operation.phase.completed
        if running or status.requested is not None:
            raise InvalidRequestError("another operation is already in progress")
        return replace(status, requested=request)

    return change
