"""The keys of the render cache: the same question about the same content has the same answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from shared.domain.manifests.content_hash import content_hash
from shared.domain.render.render_plan import ClusterFacts, RenderRequest
from shared.domain.source.checkout import Checkout

_FORMAT = 1


def parameters_key(request: RenderRequest, facts: ClusterFacts, tool_version: str) -> str:
    """Level 1, 32 hex digits: what is asked, of which tool, for which cluster; no commit, no disk path.

    Under it lies the last read-set. Where an option names the revision (ARGOCD_APP_REVISION), the
    revision is part of what is asked.
    """
    asked = {
        "format": _FORMAT,
        "kind": type(request).__name__,
        "request": _plain(request),
        "cluster": [facts.kube_version, sorted(facts.api_versions)],
        "tool": tool_version,
    }
    return content_hash(asked)


def content_key(parameters: str, ids: Mapping[tuple[str, str], str]) -> str:
    """Level 2, 32 hex digits: a level 1 key and the ids that the paths of its read-set have in a tree.

    `ids` maps (repository URL, path) to a blob or tree id, "" for an absent path, whose absence counts.
    Under it lie the rendered objects.
    """
    return content_hash([parameters, sorted([repo_url, path, oid] for (repo_url, path), oid in ids.items())])


def _plain(value: Any) -> Any:
    """A request as JSON values. A checkout is only its repository: its content is what level 2 is about."""
    if isinstance(value, Checkout):
        return value.repo_url
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return value
