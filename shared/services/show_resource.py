"""Use case: one live object of an application."""

from __future__ import annotations

from typing import Any

from shared.domain.manifests.manifest import metadata_of
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.manifests.secret_mask import masked
from shared.domain.specs.app_ref import AppRef
from shared.services.live_objects import ReadLiveObjects


class ShowResource:
    def __init__(self, read: ReadLiveObjects) -> None:
        self._read = read

    def __call__(self, ref: AppRef, key: ResourceKey, version: str = "") -> dict[str, Any]:
        """Return the object as it is, of a Secret its keys only; in `version`, if the cluster serves that.

        Raises InvalidRequestError for an object that is not part of the application.
        """
        read = self._read(ref)
        found = read.find(key)
        served = read.types.find(key.group, key.kind, version) if version else None
        if served is not None and served.api_version != found.get("apiVersion"):
            found = read.cluster.objects.get(served, key.namespace, key.name) or found
        metadata = {name: value for name, value in metadata_of(found).items() if name != "managedFields"}
        return masked({**found, "metadata": metadata})
