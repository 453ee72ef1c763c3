"""Desired state against live state, object by object."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shared.domain.manifests.manifest import Manifest, annotations_of
from shared.domain.manifests.resource_key import ResourceKey

_COMPARE_OPTIONS = "argocd.argoproj.io/compare-options"


class SyncStatus(StrEnum):
    SYNCED = "Synced"
    OUT_OF_SYNC = "OutOfSync"
    UNKNOWN = "Unknown"


@dataclass(frozen=True, slots=True)
class ResourceDiff:
    """One object on both sides; a side that is None does not exist.

    `modified` means that an apply would change the live object. `hosted` objects live in Tidegate's
    store, not in the cluster. `unconfirmed` names the webhook that refused the dry run, else "".
    """

    key: ResourceKey
    desired: Manifest | None
    live: Manifest | None
    modified: bool = False
    hosted: bool = False
    unconfirmed: str = ""

    @property
    def status(self) -> SyncStatus:
        """Source: Argo CD controller/state.go: missing on either side or modified is OutOfSync."""
        in_sync = self.desired is not None and self.live is not None and not self.modified
        return SyncStatus.SYNCED if in_sync else SyncStatus.OUT_OF_SYNC


@dataclass(frozen=True, slots=True)
class Comparison:
    """`revisions` are the commits of the sources in their order; one source is a tuple of one."""

    revisions: tuple[str, ...]
    resources: tuple[ResourceDiff, ...]

    @property
    def status(self) -> SyncStatus:
        """Source: Argo CD controller/state.go: an extra object with IgnoreExtraneous does not count."""
        changed = any(
            resource.status is not SyncStatus.SYNCED and not _is_ignored_extra(resource)
            for resource in self.resources
        )
        return SyncStatus.OUT_OF_SYNC if changed else SyncStatus.SYNCED


def _is_ignored_extra(resource: ResourceDiff) -> bool:
    if resource.desired is not None or resource.live is None:
        return False
    options = str(annotations_of(resource.live).get(_COMPARE_OPTIONS) or "").split(",")
    return "IgnoreExtraneous" in (option.strip() for option in options)
