"""Secrets as people may see them: keys, never values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shared.domain.manifests.manifest import Manifest, annotations_of, metadata_of

MASK = "++++++++"
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_LONGER = "++++"
_VALUES = ("data", "stringData")


def is_secret(manifest: Mapping[str, Any]) -> bool:
    """Is this a Secret of the core group?"""
    return manifest.get("kind") == "Secret" and "/" not in str(manifest.get("apiVersion") or "")


def masked(manifest: Manifest) -> Manifest:
    """The object with every value of a Secret replaced by a mask of one length; others as they are.

    Keys are kept. What kubectl remembers in last-applied holds the values once more and is masked whole.
    The items of a list are masked one by one.
    """
    return _Masks().manifest(manifest)


def masked_alike(manifests: Sequence[Manifest | None]) -> list[Manifest | None]:
    """Mask states of one object so that they can be compared: equal values get equal masks.

    A value that differs from the one before it gets a longer mask. None stays None.

    Source: Argo CD gitops-engine/pkg/diff (HideSecretData).
    """
    masks = _Masks()
    return [masks.manifest(manifest) if manifest is not None else None for manifest in manifests]


class _Masks:
    """Remembers, for each key, the distinct values that were seen."""

    def __init__(self) -> None:
        self._seen: dict[str, list[Any]] = {}

    def manifest(self, manifest: Manifest) -> Manifest:
        items = manifest.get("items")
        if isinstance(items, list):
            return {**manifest, "items": [masked(item) if isinstance(item, dict) else item for item in items]}
        if not is_secret(manifest):
            return manifest
        hidden = {name: self._values(manifest[name]) for name in _VALUES if manifest.get(name) is not None}
        return {**self._without_memory(manifest), **hidden}

    def _values(self, values: Any) -> Any:
        if not isinstance(values, dict):
            return self._mask("", values)
        return {key: self._mask(key, value) for key, value in values.items()}

    def _without_memory(self, manifest: Manifest) -> Manifest:
        annotations = annotations_of(manifest)
        if LAST_APPLIED not in annotations:
            return manifest
        hidden = {
            **annotations,
            LAST_APPLIED: self._mask(f"annotation {LAST_APPLIED}", annotations[LAST_APPLIED]),
        }
        return {**manifest, "metadata": {**metadata_of(manifest), "annotations": hidden}}

    def _mask(self, key: str, value: Any) -> str:
        seen = self._seen.setdefault(key, [])
        if value not in seen:
            seen.append(value)
        return MASK + _LONGER * seen.index(value)
