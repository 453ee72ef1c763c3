"""Port: what the registries have of an image."""

from __future__ import annotations

from typing import Protocol

from shared.domain.images.image_name import ImageName
from shared.domain.images.registry_tag import FoundManifest, RegistryTag


class ImageRegistry(Protocol):
    """Adapter: registry (OCI distribution, with Azure Container Registry's own list where it is one).

    One instance knows every registry. Safe to share between threads. tests/contracts/test_image_registry.py
    is the definition. Errors: UnauthenticatedError, PermissionDeniedError, NotFoundError (no such
    repository), UnavailableError (429 with its Retry-After, 5xx, no connection, half a list).
    """

    def tags(self, image: ImageName) -> tuple[RegistryTag, ...]:
        """Return all tags; newest push first where the registry keeps times, else in no special order."""
        ...

    def manifest(self, image: ImageName, reference: str) -> FoundManifest | None:
        """Return what a tag or digest leads to, None when it cannot be pulled (yet, or any more)."""
        ...
