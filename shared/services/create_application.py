"""Use cases that change the list of applications: create, update, delete."""

from __future__ import annotations

from dataclasses import replace

from shared.domain.manifests.manifest import Manifest
from shared.domain.specs.app_ref import AppRef
from shared.domain.specs.application import Application, Cascade
from shared.errors import InvalidRequestError, NotFoundError
from shared.ports.clock import Clock
from shared.services.application_rows import ApplicationRows, StoredApplication
from shared.services.hosted_applications import HostedApplications
from shared.services.record_audit import RecordAudit
from shared.services.wake_applications import WakeApplications


class CreateApplication:
    """Raises InvalidSpecError for a manifest that is wrong, before anything is stored."""

    def __init__(
        self,
        rows: ApplicationRows,
        wake: WakeApplications,
        hosted: HostedApplications,
        audit: RecordAudit,
        clock: Clock,
    ) -> None:
        self._rows, self._wake, self._hosted = rows, wake, hosted
        self._audit, self._clock = audit, clock

    def __call__(self, manifest: Manifest, *, upsert: bool, who: str) -> AppRef:
        """Store an application and wake it; the same one again is no change.

        Source: Argo CD server/application (Create): another spec under the same name needs upsert.
        """
        app = Application.parse(manifest)
        named = _with_identity(manifest, app.ref)
        found = self._rows.application(app.ref)
        if found is not None and found.manifest["spec"] == named["spec"] and not upsert:
            return app.ref
        if found is not None and not upsert:
            raise InvalidRequestError(
                "existing application spec is different, use upsert flag to force update"
            )
        self._store(app.ref, named, found, who)
        return app.ref

    def update(self, manifest: Manifest, *, who: str) -> AppRef:
        """Replace an application that exists; raises NotFoundError otherwise."""
        app = Application.parse(manifest)
        found = self._existing(app.ref)
        self._store(app.ref, _with_identity(manifest, app.ref), found, who)
        return app.ref

    def delete(self, ref: AppRef, *, cascade: bool | None, background: bool, who: str) -> None:
        """Have an application removed. `cascade` None leaves it to its finalizer."""
        self._existing(ref)
        chosen = None
        if cascade is not None:
            deep = Cascade.BACKGROUND if background else Cascade.FOREGROUND
            chosen = deep if cascade else Cascade.NONE
        self._audit(who, "application.delete", str(ref), f"cascade {chosen or 'by finalizer'}")
        self._hosted.request_deletion(ref, chosen)

    def _existing(self, ref: AppRef) -> StoredApplication:
        found = self._rows.application(ref)
        if found is None:
            raise NotFoundError(f'applications.argoproj.io "{ref.name}" not found')
        return found

    def _store(self, ref: AppRef, manifest: Manifest, found: StoredApplication | None, who: str) -> None:
        if found is None:
            stored = StoredApplication(ref, manifest, "api", self._clock.now().isoformat())
        else:
            stored = replace(found, manifest=manifest, generation=found.generation + 1)
        self._audit(who, "application.update" if found else "application.create", str(ref))
        self._rows.put(stored)
        self._wake(ref, "spec")


def _with_identity(manifest: Manifest, ref: AppRef) -> Manifest:
    """The manifest as the API server would store it: namespace filled in, no status."""
    metadata = {**manifest["metadata"], "name": ref.name, "namespace": ref.namespace}
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": metadata,
        "spec": manifest["spec"],
    }
