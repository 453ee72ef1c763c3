"""Use case: the root application of the settings exists: the way in for everything else."""

from __future__ import annotations

from dataclasses import replace

from shared.domain.manifests.manifest import Manifest
from shared.domain.specs.app_ref import AppRef
from shared.domain.specs.bootstrap import Bootstrap
from shared.ports.clock import Clock
from shared.services.application_rows import ApplicationRows, StoredApplication
from shared.services.wake_applications import WakeApplications


class EnsureBootstrap:
    """Safe to run at every start and by the timer; changed settings change the root."""

    def __init__(
        self, rows: ApplicationRows, wake: WakeApplications, clock: Clock, settings: Bootstrap, namespace: str
    ) -> None:
        self._rows, self._wake, self._clock = rows, wake, clock
        self._settings, self._namespace = settings, namespace

    def __call__(self) -> None:
        if not self._settings.repo_url:
            return
        ref = AppRef(self._namespace, self._settings.name)
        manifest = _root(self._settings, ref)
        found = self._rows.application(ref)
        if found is not None and (found.manifest == manifest or found.origin != "bootstrap"):
            return
        new = StoredApplication(ref, manifest, "bootstrap", self._clock.now().isoformat())
        if found is not None:
            new = replace(found, manifest=manifest, generation=found.generation + 1)
        self._rows.put(new)
        self._wake(ref, "spec")


def _root(settings: Bootstrap, ref: AppRef) -> Manifest:
    """The App of Apps. Source: Argo CD docs, cluster bootstrapping."""
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": ref.name, "namespace": ref.namespace},
        "spec": {
            "project": "default",
            "source": {
                "repoURL": settings.repo_url,
                "path": settings.path,
                "targetRevision": settings.revision,
            },
            "destination": {"server": "https://kubernetes.default.svc", "namespace": ref.namespace},
            "syncPolicy": {"automated": {"prune": True, "selfHeal": True}},
        },
    }
