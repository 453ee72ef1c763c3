"""What lists and metrics need of an Application as its author wrote it, also where it does not parse."""

from __future__ import annotations

from typing import Any

from shared.domain.manifests.manifest import Manifest


def project_of(manifest: Manifest) -> str:
    return str(manifest["spec"].get("project") or "default")


def repo_urls_of(manifest: Manifest) -> list[str]:
    """The repository of each source in their order, "" where a source names none."""
    spec = manifest["spec"]
    sources = spec.get("sources") or [spec.get("source") or {}]
    return [str(source.get("repoURL") or "") for source in sources]


def destination_of(manifest: Manifest) -> dict[str, Any]:
    found: dict[str, Any] = manifest["spec"].get("destination") or {}
    return found


def server_of(manifest: Manifest) -> str:
    """The server of the destination, else its name: the label dest_server of Argo CD's metrics."""
    destination = destination_of(manifest)
    return str(destination.get("server") or destination.get("name") or "")
