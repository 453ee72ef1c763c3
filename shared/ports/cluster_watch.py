"""Port: what changes in a cluster."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from shared.domain.manifests.resource_type import ResourceType
from shared.ports.cluster_objects import ListedObject


class ChangeKind(StrEnum):
    ADDED = "ADDED"
    MODIFIED = "MODIFIED"
    DELETED = "DELETED"
    BOOKMARK = "BOOKMARK"


@dataclass(frozen=True, slots=True)
class Change:
    """A bookmark carries only the resourceVersion of its object."""

    kind: ChangeKind
    object: ListedObject


class ClusterWatch(Protocol):
    """Adapter: kubernetes (REST). One instance is one cluster. Errors as in cluster_objects."""

    def watch(
        self,
        type: ResourceType,
        *,
        resource_version: str,
        namespace: str = "",
        label_selector: str = "",
        seconds: int = 300,
    ) -> Iterator[Change]:
        """Yield changes after `resource_version` until the server ends the stream (after about `seconds`).

        Raises ConflictError when `resource_version` is too old: list again.
        """
        ...
