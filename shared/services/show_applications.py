"""Use case: applications as people and clients see them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from shared.domain.specs.app_ref import AppRef
from shared.domain.views.application_view import application_view
from shared.errors import NotFoundError
from shared.services.application_rows import ApplicationRows, StoredApplication


class ShowApplications:
    def __init__(self, rows: ApplicationRows) -> None:
        self._rows = rows

    def one(self, ref: AppRef) -> dict[str, Any]:
        """One application; raises NotFoundError in Argo CD's words."""
        stored = self._rows.application(ref)
        if stored is None:
            raise NotFoundError(f'applications.argoproj.io "{ref.name}" not found')
        return self._view(stored)

    def many(
        self, *, projects: Collection[str] = (), labels: Collection[tuple[str, str]] = (), namespace: str = ""
    ) -> list[dict[str, Any]]:
        """The applications that fit every filter, in the order of namespace and name."""
        return [
            self._view(stored)
            for stored in self._rows.applications()
            if _fits(stored, projects, labels, namespace)
        ]

    def _view(self, stored: StoredApplication) -> dict[str, Any]:
        found = self._rows.status(stored.ref)
        history = self._rows.history(stored.ref)
        version = f"{stored.generation}-{(found.etag or '0')[:12]}"
        return application_view(stored.manifest, found.status, history, stored.created_at, version)


def _fits(
    stored: StoredApplication, projects: Collection[str], labels: Collection[tuple[str, str]], namespace: str
) -> bool:
    project = stored.manifest["spec"].get("project") or "default"
    own = stored.manifest["metadata"].get("labels") or {}
    return (
        (not projects or project in projects)
        and all(own.get(name) == value for name, value in labels)
        and namespace in ("", stored.ref.namespace)
    )
