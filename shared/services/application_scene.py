"""Everything about one application that one look brings together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.domain.compare.comparison import Comparison
from shared.domain.health.health import Health
from shared.domain.manifests.manifest import Manifest
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.record.application_status import ApplicationStatus, HistoryEntry
from shared.domain.specs.application import Application
from shared.services.application_rows import StoredApplication
from shared.services.execute_tasks import Site
from shared.services.resolve_sources import Resolution


@dataclass(frozen=True, slots=True)
class Scene:
    """`parameters` stands for all of the spec but the revisions; `pinned` is the deployment that a
    rollback goes back to, if any. `live` is updated by the steps of an operation.
    `restored`: its objects are older than our store, which was lost.
    """

    stored: StoredApplication
    app: Application
    status: ApplicationStatus
    resolution: Resolution
    site: Site
    tracked: frozenset[ResourceKey]
    comparison: Comparison
    parameters: str
    health: Mapping[ResourceKey, Health | None] = field(default_factory=dict)
    pinned: HistoryEntry | None = None
    restored: bool = False

    @property
    def live(self) -> dict[ResourceKey, Manifest]:
        return self.site.live
