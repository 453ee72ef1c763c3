"""Port: the field's own libraries, which render manifests and read YAML."""

from __future__ import annotations

from typing import Protocol

from shared.domain.images.registry_tag import RankedTag, TagRequest
from shared.domain.manifests.manifest import Manifest
from shared.domain.render.render_request import DirectoryRequest, HelmRequest, KustomizeRequest
from shared.domain.render.rendered import Rendered


class ManifestTool(Protocol):
    """Adapter: the kubetools child process. Safe to share between threads.

    Every render raises RenderError for what the user must mend (with file and line where the library says
    so, also for a render that was killed at its memory or time limit), and UnavailableError when the tool
    cannot be started at all.
    """

    def helm(self, request: HelmRequest) -> Rendered: ...

    def kustomize(self, request: KustomizeRequest) -> Rendered: ...

    def directory(self, request: DirectoryRequest) -> Rendered: ...

    def yaml(self, text: bytes) -> tuple[Manifest, ...]:
        """Return the documents of a YAML or JSON stream, by Kubernetes' own scalar rules."""
        ...

    def semver(self, request: TagRequest) -> tuple[RankedTag, ...]:
        """Return every tag: those that are no versions first, then versions from old to new.

        Raises InvalidRequestError for a constraint that cannot be read.
        """
        ...

    def version(self) -> str:
        """A text that changes whenever the same input may render differently."""
        ...
