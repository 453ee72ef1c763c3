"""A Kubernetes object as decoded JSON, and the few places everybody reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Manifest = dict[str, Any]


def metadata_of(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return metadata, or an empty dict where it is absent or no object."""
    metadata = manifest.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


def annotations_of(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return metadata.annotations, or an empty dict where they are absent or null."""
    annotations = metadata_of(manifest).get("annotations")
    return annotations if isinstance(annotations, dict) else {}


def labels_of(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return metadata.labels, or an empty dict where they are absent or null."""
    labels = metadata_of(manifest).get("labels")
    return labels if isinstance(labels, dict) else {}
