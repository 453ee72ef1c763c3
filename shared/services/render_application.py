"""Sources at their commits → desired state, through the two-level cache."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import msgspec

from shared.domain.manifests.manifest import Manifest
from shared.domain.render.desired_state import DesiredState, desired_state
from shared.domain.render.render_key import content_key, parameters_key
from shared.domain.render.render_plan import ClusterFacts, RenderRequest, render_request
from shared.domain.render.render_request import DirectoryRequest, HelmRequest
from shared.domain.render.rendered import ReadSet, Rendered
from shared.domain.render.source_type import SourceType, detect
from shared.domain.source.checkout import Checkout
from shared.domain.specs.application import Application
from shared.domain.specs.source import Source
from shared.errors import RenderError
from shared.ports.blob_store import BlobStore
from shared.ports.git_repository import GitRepository
from shared.ports.manifest_tool import ManifestTool
from shared.ports.sealing import Sealing
from shared.services.resolve_sources import Resolution
from shared.services.served_types import ServedTypes

log = logging.getLogger(__name__)
_MARKERS = ("Chart.yaml", "kustomization.yaml", "kustomization.yml", "Kustomization")


@dataclass(frozen=True, slots=True)
class Desired:
    """What shall exist, and what was read to know it: repository URL → (target revision, paths)."""

    state: DesiredState
    source_types: tuple[str, ...]
    reads: dict[str, tuple[tuple[str, ...], tuple[str, ...]]]
    cached: bool


class RenderApplication:
    """Raises RenderError for what the user must mend, UnavailableError when a repository is away."""

    def __init__(self, git: GitRepository, tool: ManifestTool, blobs: BlobStore, sealing: Sealing) -> None:
        self._git, self._tool, self._blobs, self._sealing = git, tool, blobs, sealing

    def __call__(
        self,
        app: Application,
        resolution: Resolution,
        types: ServedTypes,
        facts: ClusterFacts,
        installation: str,
    ) -> Desired:
        checkouts = [self._git.fetch(source.repo_url, source.revision) for source in resolution.sources]
        named = zip(app.sources, checkouts, strict=True)
        refs = {source.ref: checkout for source, checkout in named if source.ref}
        objects: list[Manifest] = []
        kinds: list[str] = []
        reads: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
        cached = True
        for source, checkout in zip(app.sources, checkouts, strict=True):
            _add_reads(reads, source.repo_url, source.target_revision, ())
            if source.ref and not source.path:
                continue
            kind = self._type_of(app, source, checkout)
            rendered, hit = self._render(render_request(app, source, checkout, refs, kind, facts), facts)
            cached = cached and hit
            kinds.append(kind.value)
            objects += rendered.objects
            for repo_url, path, _ in rendered.read_set.entries:
                _add_reads(reads, repo_url, None, (path,))
        state = desired_state(objects, app, types.namespaced, installation)
        return Desired(state, tuple(kinds), reads, cached)

    def _type_of(self, app: Application, source: Source, checkout: Checkout) -> SourceType:
        path = source.path.strip("/").removeprefix("./")
        root = "" if path in ("", ".") else f"{path}/"
        wanted = [f"{root}{marker}" for marker in _MARKERS] + ([path] if root else [])
        ids = self._git.object_ids(checkout, wanted)
        if root and not ids[path]:
            raise RenderError(
                f"Application {app.ref}: spec.source.path {source.path!r} does not exist in "
                f"{source.repo_url} at {checkout.commit[:7]}. Mend the path or the revision"
            )
        return detect([marker for marker in _MARKERS if ids[f"{root}{marker}"]], source)

    def _render(self, request: RenderRequest, facts: ClusterFacts) -> tuple[Rendered, bool]:
        if not _one_commit_a_repository(request):
            return self._run(request), False
        outer = parameters_key(request, facts, self._tool.version())
        known = self._reads(outer)
        if known is not None:
            objects = self._cached(content_key(outer, self._present(request, known)))
            if objects is not None:
                return Rendered(objects, ReadSet(tuple(known))), True
        rendered = self._run(request)
        entries = [list(entry) for entry in rendered.read_set.entries]
        self._blobs.put(f"reads/{outer}", msgspec.json.encode(entries))
        key = content_key(outer, {(repo, path): oid for repo, path, oid in rendered.read_set.entries})
        sealed = self._sealing.seal(msgspec.json.encode(rendered.objects), key)
        self._blobs.put(f"renders/{key}", sealed)
        return rendered, False

    def _run(self, request: RenderRequest) -> Rendered:
        if isinstance(request, HelmRequest):
            return self._tool.helm(request)
        if isinstance(request, DirectoryRequest):
            return self._tool.directory(request)
        return self._tool.kustomize(request)

    def _reads(self, outer: str) -> list[tuple[str, str, str]] | None:
        data = self._blobs.get(f"reads/{outer}")
        return msgspec.json.decode(data, type=list[tuple[str, str, str]]) if data else None

    def _present(
        self, request: RenderRequest, known: list[tuple[str, str, str]]
    ) -> dict[tuple[str, str], str]:
        """The ids that the paths of the last render have now."""
        present: dict[tuple[str, str], str] = {}
        for checkout in _checkouts(request):
            paths = [path for repo, path, _ in known if repo == checkout.repo_url]
            for path, oid in self._git.object_ids(checkout, paths).items():
                present[checkout.repo_url, path] = oid
        return present

    def _cached(self, key: str) -> tuple[Manifest, ...] | None:
        sealed = self._blobs.get(f"renders/{key}")
        if sealed is None:
            return None
        try:
            return tuple(msgspec.json.decode(self._sealing.open(sealed, key)))
        except ValueError:
            log.info("cached render cannot be opened, rendering again", extra={"key": key})
            return None


def _checkouts(request: RenderRequest) -> list[Checkout]:
    files = list(request.value_files) if isinstance(request, HelmRequest) else []
    return list(
        {
            (found.repo_url, found.tree): found for found in (request.checkout, *(f.checkout for f in files))
        }.values()
    )


def _one_commit_a_repository(request: RenderRequest) -> bool:
    """A read-set names paths by repository: with two commits of one repository it cannot tell them apart,
    so such a render is neither looked up nor kept.
    """
    checkouts = _checkouts(request)
    return len({found.repo_url for found in checkouts}) == len(checkouts)


def _add_reads(
    reads: dict[str, tuple[tuple[str, ...], tuple[str, ...]]],
    url: str,
    target: str | None,
    paths: tuple[str, ...],
) -> None:
    targets, known = reads.get(url, ((), ()))
    reads[url] = (targets if target is None else (*targets, target), (*known, *paths))
