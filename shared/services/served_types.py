"""What kind is served where, in one cluster."""

from __future__ import annotations

from shared.domain.manifests.manifest import Manifest
from shared.domain.manifests.resource_type import ResourceType
from shared.ports.cluster_discovery import ClusterDiscovery


class ServedTypes:
    """A view of discovery for one piece of work: asks the server again at most once."""

    def __init__(self, discovery: ClusterDiscovery) -> None:
        self._discovery, self._fresh = discovery, False
        self._take(discovery.types())

    def find(self, group: str, kind: str, version: str = "") -> ResourceType | None:
        """The type in this version, else in the preferred one; None when the cluster does not serve it."""
        found = self._look_up(group, kind, version)
        if found is None and not self._fresh:
            self.refresh()
            found = self._look_up(group, kind, version)
        return found

    def of(self, manifest: Manifest) -> ResourceType | None:
        group, _, version = str(manifest.get("apiVersion") or "").rpartition("/")
        return self.find(group, str(manifest.get("kind") or ""), version)

    def namespaced(self, group: str, kind: str) -> bool | None:
        """Whether objects of the kind live in namespaces; None when it is not served (yet)."""
        found = self.find(group, kind)
        return found.namespaced if found else None

    def api_versions(self) -> tuple[str, ...]:
        """`apps/v1` and `apps/v1/Deployment` of everything, as Helm's capabilities list them."""
        versions = {found.api_version for found in self._exact.values()}
        kinds = {f"{found.api_version}/{found.kind}" for found in self._exact.values()}
        return tuple(sorted(versions | kinds))

    def refresh(self) -> None:
        """Ask the server again: a CustomResourceDefinition may have been created."""
        self._fresh = True
        self._take(self._discovery.types(fresh=True))

    def _take(self, types: tuple[ResourceType, ...]) -> None:
        self._exact = {(found.group, found.version, found.kind): found for found in types}
        self._preferred: dict[tuple[str, str], ResourceType] = {}
        for found in types:
            self._preferred.setdefault((found.group, found.kind), found)

    def _look_up(self, group: str, kind: str, version: str) -> ResourceType | None:
        return self._exact.get((group, version, kind)) or self._preferred.get((group, kind))
