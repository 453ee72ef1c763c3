"""Port: the objects of one cluster."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from shared.domain.manifests.manifest import Manifest
from shared.domain.manifests.resource_type import ResourceType

FIELD_MANAGER = "tidegate"


@dataclass(frozen=True, slots=True)
class ListedObject:
    """An object of a LIST or WATCH: metadata decoded, the rest left as bytes until somebody asks."""

    type: ResourceType
    namespace: str
    name: str
    uid: str
    resource_version: str
    labels: dict[str, str]
    annotations: dict[str, str]
    body: bytes
    deleting: bool = False

    def manifest(self) -> Manifest:
        """Decode the whole object, with apiVersion and kind, which lists leave out."""
        import json

        return {"apiVersion": self.type.api_version, "kind": self.type.kind, **json.loads(self.body)}


@dataclass(frozen=True, slots=True)
class ObjectPage:
    """One page of a LIST. `resource_version` is where a watch may start."""

    items: tuple[ListedObject, ...]
    resource_version: str


class PatchKind(StrEnum):
    """The media type of a patch."""

    MERGE = "application/merge-patch+json"
    JSON = "application/json-patch+json"
    STRATEGIC = "application/strategic-merge-patch+json"


class Propagation(StrEnum):
    FOREGROUND = "Foreground"
    BACKGROUND = "Background"
    ORPHAN = "Orphan"


class ClusterObjects(Protocol):
    """Adapter: kubernetes (REST). One instance is one cluster; safe to share between threads.

    tests/contracts/test_cluster_objects.py is the definition; it passes on the sandbox and on a real
    kube-apiserver. Errors: NotFoundError (the kind is not served), UnauthenticatedError (401, after one
    renewal of the token), PermissionDeniedError (403), ConflictError (409), InvalidRequestError
    (400, 422: the server's own sentence), UnavailableError (429 with its Retry-After, 5xx, no connection).
    """

    def get(self, type: ResourceType, namespace: str, name: str) -> Manifest | None: ...

    def list_pages(
        self,
        type: ResourceType,
        *,
        namespace: str = "",
        label_selector: str = "",
        field_selector: str = "",
        page_size: int = 500,
    ) -> Iterator[ObjectPage]:
        """Yield the pages of one consistent LIST; starts again by itself when its continue token expires."""
        ...

    def apply(
        self,
        type: ResourceType,
        manifest: Manifest,
        *,
        dry_run: bool = False,
        force: bool = True,
        manager: str = FIELD_MANAGER,
    ) -> Manifest:
        """Server-side apply; creates or updates, and returns the object as stored.

        `manager` is at most 128 characters: each owns what it applied, and drops what it applies no more.
        """
        ...

    def create(self, type: ResourceType, manifest: Manifest) -> Manifest:
        """POST as FIELD_MANAGER. Raises ConflictError when it exists already."""
        ...

    def patch(
        self, type: ResourceType, namespace: str, name: str, patch: Any, kind: PatchKind = PatchKind.MERGE
    ) -> Manifest: ...

    def delete(
        self,
        type: ResourceType,
        namespace: str,
        name: str,
        *,
        propagation: Propagation = Propagation.FOREGROUND,
        uid: str = "",
    ) -> bool:
        """Ask for deletion; False when it is gone. With `uid`, ConflictError if another bears the name."""
        ...
