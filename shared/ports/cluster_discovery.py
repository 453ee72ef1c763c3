"""Port: which kinds a cluster serves."""

from __future__ import annotations

from typing import Protocol

from shared.domain.manifests.resource_type import ResourceType


class ClusterDiscovery(Protocol):
    """Adapter: kubernetes (REST). One instance is one cluster. Errors as in cluster_objects."""

    def types(self, *, fresh: bool = False) -> tuple[ResourceType, ...]:
        """Return every served kind in its preferred version first, sub-resources left out.

        Cached; `fresh` asks the server again (a CRD may have been created).
        """
        ...

    def version(self) -> str:
        """`v1.34.4`, as /version says."""
        ...
