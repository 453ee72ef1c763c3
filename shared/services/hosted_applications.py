"""Applications that an Application renders: they live in our store, not in the cluster."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

import msgspec

from shared.domain.manifests.manifest import Manifest
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.record.application_status import ApplicationStatus, Deletion
from shared.domain.specs.app_ref import AppRef
from shared.domain.specs.application import Application, Cascade
from shared.errors import ConflictError, TidegateError
from shared.ports.clock import Clock
from shared.services.application_rows import ApplicationRows, StoredApplication
from shared.services.wake_applications import WakeApplications

GROUP = "argoproj.io"
DELETION_DEADLINE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class CascadeReach:
    """What pruning these children would take with it, and how many objects the children have in all."""

    removed: tuple[ResourceKey, ...]
    reachable: int


class HostedApplications:
    """The children of a parent. Every method is safe to run twice."""

    def __init__(self, rows: ApplicationRows, wake: WakeApplications, clock: Clock) -> None:
        self._rows, self._wake, self._clock = rows, wake, clock

    def live(self, keys: Iterable[ResourceKey], origin: str) -> dict[ResourceKey, Manifest]:
        """Those that exist and are not another's, with status as an Application's manifest would show it."""
        found = {}
        for key in keys:
            stored = self._rows.application(AppRef(key.namespace, key.name))
            if stored is not None and not is_of_another(stored.origin, origin):
                status = self._rows.status(stored.ref).status
                found[key] = {**stored.manifest, "status": _shown(status)}
        return found

    def apply(self, manifest: Manifest, origin: str) -> str:
        """Create or update a child and wake it; return what was done in kubectl's words.

        `origin` is `parent:<namespace>/<name>` of an Application or `set:…` of an ApplicationSet. Raises
        InvalidSpecError for an Application that is wrong, ConflictError for one of another parent.
        """
        app = Application.parse(manifest)
        name = f"application.argoproj.io/{app.ref.name}"
        found = self._rows.application(app.ref)
        if found is None:
            self._rows.put(StoredApplication(app.ref, manifest, origin, self._clock.now().isoformat()))
            self._wake(app.ref, "spec")
            return f"{name} created"
        if is_of_another(found.origin, origin):
            raise ConflictError(f"Application {app.ref} belongs to {found.origin.partition(':')[2]} already")
        if found.manifest == manifest and found.origin == origin:
            return f"{name} unchanged"
        updated = replace(found, manifest=manifest, origin=origin, generation=found.generation + 1)
        self._rows.put(updated)
        self._wake(app.ref, "spec")
        return f"{name} configured"

    def remove(self, ref: AppRef) -> None:
        """Have a child removed, with its objects when its finalizer says so."""
        self.request_deletion(ref)

    def of_origin(self, origin: str) -> list[AppRef]:
        """The applications that came from there, in order."""
        return [stored.ref for stored in self._rows.applications() if stored.origin == origin]

    def request_deletion(self, ref: AppRef, cascade: Cascade | None = None) -> None:
        """Mark an application for deletion and wake it; `cascade` overrules its finalizer."""
        found = self._rows.application(ref)
        if found is None:
            return
        chosen = cascade or _cascade_of(found.manifest)
        now = self._clock.now()

        def mark(status: ApplicationStatus) -> ApplicationStatus:
            deletion = status.deletion or Deletion(now, now + DELETION_DEADLINE, chosen, found.origin)
            return replace(status, deletion=deletion)

        self._wake(ref, "spec", change=mark)

    def reach(self, children: Collection[ResourceKey], pruned: Collection[ResourceKey]) -> CascadeReach:
        """Count what hangs on these children, and name what goes when `pruned` go."""
        removed: list[ResourceKey] = []
        reachable = len(children)
        for key in children:
            ref = AppRef(key.namespace, key.name)
            objects = [found.key for found in self._rows.status(ref).status.resources if found.tracked]
            reachable += len(objects)
            found = self._rows.application(ref) if key in pruned else None
            if found is not None and _cascade_of(found.manifest) is not Cascade.NONE:
                removed += objects
        return CascadeReach(tuple(removed), reachable)


def is_of_another(origin: str, ours: str) -> bool:
    """Whether an object came from another parent or set; what a person made may be taken over."""
    return ":" in origin and origin != ours


def _cascade_of(manifest: Manifest) -> Cascade:
    """A manifest that cannot be read any more leaves its objects behind."""
    try:
        return Application.parse(manifest).cascade
    except TidegateError:
        return Cascade.NONE


def _shown(status: ApplicationStatus) -> Manifest:
    shown: Manifest = msgspec.to_builtins(
        {"health": status.health, "sync": {"status": status.sync, "revision": ",".join(status.revisions)}}
    )
    return shown
