"""Use case: every object of an application as it should be, as it is, and as a sync would make it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from shared.domain.compare.comparison import ResourceDiff
from shared.domain.compare.ignored_fields import ignored_pointers
from shared.domain.manifests.manifest import Manifest
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.record.application_status import Wake
from shared.domain.specs.app_ref import AppRef
from shared.domain.views.managed_resource import managed_resource
from shared.errors import ConflictError, InvalidRequestError, NotFoundError, PermissionDeniedError
from shared.services.application_rows import ApplicationRows
from shared.services.application_scene import Scene
from shared.services.compare_application import written
from shared.services.look_at_application import LookAtApplication

_PARALLEL = 4
_REFUSALS = (ConflictError, InvalidRequestError, NotFoundError, PermissionDeniedError)


@dataclass(frozen=True, slots=True)
class ResourceFilter:
    """Which objects are wanted; "" is any."""

    group: str = ""
    kind: str = ""
    namespace: str = ""
    name: str = ""

    def takes(self, key: ResourceKey) -> bool:
        return (
            self.group in ("", key.group)
            and self.kind in ("", key.kind)
            and self.namespace in ("", key.namespace)
            and self.name in ("", key.name)
        )


class ShowDifferences:
    """Looks at the application now, at the revisions it has; writes neither to the cluster nor to its row."""

    def __init__(self, rows: ApplicationRows, look: LookAtApplication) -> None:
        self._rows, self._look = rows, look

    def __call__(self, ref: AppRef, wanted: ResourceFilter = ResourceFilter()) -> list[dict[str, Any]]:
        """Return Argo CD's ResourceDiffs, in the order of the comparison. No value of a Secret is in them.

        Renders come from the cache; a dry run is made for what differs. Raises NotFoundError, and what a look
        may meet: RenderError, UnavailableError …
        """
        stored = self._rows.application(ref)
        if stored is None:
            raise NotFoundError(f'applications.argoproj.io "{ref.name}" not found')
        status = self._rows.status(ref).status
        scene = self._look(stored, replace(status, wake=Wake(), requested=None))
        diffs = [diff for diff in scene.comparison.resources if wanted.takes(diff.key)]
        changed = [
            diff for diff in diffs if diff.desired is not None and (diff.modified or diff.live is None)
        ]
        with ThreadPoolExecutor(_PARALLEL) as pool:
            after = pool.map(lambda diff: _predicted(scene, diff), changed)
            predicted = {diff.key: found for diff, found in zip(changed, after, strict=True)}
        rules = scene.app.ignore_differences
        return [
            managed_resource(
                diff,
                predicted.get(diff.key, diff.live if diff.desired is not None else None),
                ignored=ignored_pointers(rules, diff.key),
            )
            for diff in diffs
        ]


def _predicted(scene: Scene, diff: ResourceDiff) -> Manifest | None:
    """The server's dry run; where it refuses, what is desired is the best that can be said."""
    site, desired = scene.site, diff.desired
    served = site.types.of(desired) if desired is not None else None
    if desired is None or diff.hosted or diff.unconfirmed or served is None:
        return desired
    try:
        return site.objects.apply(served, written(scene.app, diff.key, desired, diff.live), dry_run=True)
    except _REFUSALS:
        return desired
