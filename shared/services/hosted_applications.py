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
from shared.errors import ConflictError, InvalidSpecError, TidegateError
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

    def live(self, keys: Iterable[ResourceKey]) -> dict[ResourceKey, Manifest]:
        """The hosted objects that exist, with their status as an Application's manifest would show it."""
        found = {}
        for key in keys:
            if not _is_application(key):
                continue
            stored = self._rows.application(AppRef(key.namespace, key.name))
            if stored is not None:
                status = self._rows.status(stored.ref).status
                found[key] = {**stored.manifest, "status": _shown(status)}
        return found

    def apply(self, parent: AppRef, manifest: Manifest) -> str:
        """Create or update a child and wake it; return what was done in kubectl's words.

        Raises InvalidSpecError for a kind that is not taken over yet, or an Application that is wrong.
        """
        key = ResourceKey.of(manifest)
        if not _is_application(key):
            raise InvalidSpecError(
                str(key),
                "kind",
                "is not hosted by Tidegate yet",
                'Set tidegate.dev/hosted: "false" to apply it',
            )
        app = Application.parse(manifest)
        origin = f"parent:{parent}"
        found = self._rows.application(app.ref)
        if found is None:
            self._rows.put(StoredApplication(app.ref, manifest, origin, self._clock.now().isoformat()))
            self._wake(app.ref, "spec")
            return f"application.argoproj.io/{key.name} created"
        if found.origin != origin and found.origin.startswith("parent:"):
            raise ConflictError(
                f"Application {app.ref} belongs to {found.origin.removeprefix('parent:')} already"
            )
        if found.manifest == manifest and found.origin == origin:
            return f"application.argoproj.io/{key.name} unchanged"
        updated = replace(found, manifest=manifest, origin=origin, generation=found.generation + 1)
        self._rows.put(updated)
        self._wake(app.ref, "spec")
        return f"application.argoproj.io/{key.name} configured"

    def prune(self, key: ResourceKey) -> str:
        """Have a child removed, with its objects when its finalizer says so."""
        self.request_deletion_of(key)
        return "pruned"

    def request_deletion_of(self, key: ResourceKey) -> None:
        """As `request_deletion`, by the key of the hosted object."""
        self.request_deletion(AppRef(key.namespace, key.name))

    def request_deletion(self, ref: AppRef, cascade: Cascade | None = None) -> None:
        """Mark an application for deletion and wake it; `cascade` overrules its finalizer."""
        found = self._rows.application(ref)
        if found is None:
            return
        chosen = cascade or _cascade_of(found.manifest)
        now = self._clock.now()

        def mark(status: ApplicationStatus) -> ApplicationStatus:
            deletion = status.deletion or Deletion(now, now + DELETION_DEADLINE, chosen)
            return replace(status, deletion=deletion)

        self._wake(ref, "spec", change=mark)

    def reach(self, children: Collection[ResourceKey], pruned: Collection[ResourceKey]) -> CascadeReach:
        """Count what hangs on these children, and name what goes when `pruned` go."""
        removed: list[ResourceKey] = []
        reachable = len(children)
        for key in children:
            if not _is_application(key):
                continue
            ref = AppRef(key.namespace, key.name)
            objects = [found.key for found in self._rows.status(ref).status.resources if found.tracked]
            reachable += len(objects)
            found = self._rows.application(ref) if key in pruned else None
            if found is not None and _cascade_of(found.manifest) is not Cascade.NONE:
                removed += objects
        return CascadeReach(tuple(removed), reachable)


def _is_application(key: ResourceKey) -> bool:
    return key.group == GROUP and key.kind == "Application"


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
