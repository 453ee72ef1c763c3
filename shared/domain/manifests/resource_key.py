"""Which object in a cluster we are talking about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from shared.domain.manifests.manifest import metadata_of
from shared.errors import InvalidSpecError


@dataclass(frozen=True, slots=True, order=True)
class ResourceKey:
    """The identity of one object in one cluster.

    Version is not part of it: `apps/v1` and `apps/v1beta1` name the same Deployment.
    `group` is "" for the core group; `namespace` is "" for cluster-scoped kinds.
    """

    group: str
    kind: str
    namespace: str
    name: str

    @classmethod
    def of(cls, manifest: Mapping[str, Any]) -> Self:
        """Read the key of a manifest, or raise InvalidSpecError naming the missing field."""
        metadata = metadata_of(manifest)
        kind, name = str(manifest.get("kind") or ""), str(metadata.get("name") or "")
        if not kind:
            raise InvalidSpecError(f"Manifest {name or 'without a name'}", "kind", "is missing")
        if not name:
            raise InvalidSpecError(f"Manifest of kind {kind}", "metadata.name", "is missing")
        group, _, version = str(manifest.get("apiVersion") or "").rpartition("/")
        if not version:
            raise InvalidSpecError(f"{kind} {name}", "apiVersion", "is missing")
        return cls(group, kind, str(metadata.get("namespace") or ""), name)

    def __str__(self) -> str:
        """`Deployment production/api`, as people say it; the group only where it is not a usual one."""
        group = f".{self.group}" if "." in self.group and not self.group.endswith(".k8s.io") else ""
        where = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return f"{self.kind}{group} {where}"
