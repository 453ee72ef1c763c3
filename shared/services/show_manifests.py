"""Use cases: what Git says an application should be, and who said it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from shared.domain.manifests.manifest import Manifest
from shared.domain.manifests.secret_mask import masked
from shared.domain.render.render_plan import ClusterFacts
from shared.domain.specs.app_ref import AppRef
from shared.domain.specs.application import Application
from shared.errors import InvalidRequestError, NotFoundError
from shared.ports.git_repository import GitRepository
from shared.services.look_at_application import Looking
from shared.services.served_types import ServedTypes

_COMMIT = re.compile(r"[0-9a-f]{40}")


class ShowManifests:
    """Renders from the cache where the revision was rendered before."""

    def __init__(self, looking: Looking, git: GitRepository) -> None:
        self._use, self._git = looking, git

    def __call__(self, ref: AppRef, revisions: Sequence[str] = ()) -> dict[str, Any]:
        """Return {manifests, revision, revisions, sourceType, namespace, server}; Secrets show no value.

        Args:
            revisions: commits, branches or tags, one a source; empty for the ones it was last compared with,
                before the first comparison the heads.

        `manifests` are JSON texts, as they would be applied. Raises NotFoundError for an unknown application
        or revision, RenderError, and UnavailableError of repository and cluster.
        """
        app = self._application(ref)
        status = self._use.rows.status(ref).status
        chosen = self._commits(app, revisions) or status.revisions
        resolution = self._use.resolve(app, chosen)
        cluster = self._use.clusters.at(app.destination).cluster
        types = ServedTypes(cluster.discovery)
        facts = ClusterFacts(cluster.discovery.version(), types.api_versions())
        desired = self._use.render(app, resolution, types, facts, self._use.installation())
        state = desired.state
        objects: list[Manifest] = [*state.objects, *state.hosted, *state.hooks]
        return {
            "manifests": [json.dumps(masked(each), ensure_ascii=False) for each in objects],
            "revision": next(iter(resolution.revisions), ""),
            "revisions": list(resolution.revisions),
            "sourceType": next(iter(desired.source_types), ""),
            "namespace": app.destination.namespace,
            "server": cluster.server,
        }

    def commit(self, ref: AppRef, revision: str, source: int = 0) -> dict[str, Any]:
        """Return {author, date, message, tags, signatureInfo} of a commit of one of the sources.

        Raises InvalidRequestError for what is no commit id, NotFoundError for an unknown one.
        """
        app = self._application(ref)
        if not _COMMIT.fullmatch(revision):
            raise InvalidRequestError(f"revision {revision} must be resolved")
        if not 0 <= source < len(app.sources):
            raise InvalidRequestError(
                f"Application {ref}: has no source {source}. There are {len(app.sources)}"
            )
        found = self._git.metadata(app.sources[source].repo_url, revision)
        return {
            "author": found.author,
            "date": found.date,
            "message": found.message,
            "tags": None,
            "signatureInfo": "",
        }

    def _application(self, ref: AppRef) -> Application:
        stored = self._use.rows.application(ref)
        if stored is None:
            raise NotFoundError(f'applications.argoproj.io "{ref.name}" not found')
        return Application.parse(stored.manifest)

    def _commits(self, app: Application, revisions: Sequence[str]) -> tuple[str, ...]:
        if not revisions:
            return ()
        if len(revisions) != len(app.sources):
            raise InvalidRequestError(
                f"Application {app.ref}: has {len(app.sources)} sources, and {len(revisions)} revisions were "
                "given. Give one for each"
            )
        named = zip(app.sources, revisions, strict=True)
        return tuple(
            revision if _COMMIT.fullmatch(revision) else self._git.resolve(source.repo_url, revision)
            for source, revision in named
        )
