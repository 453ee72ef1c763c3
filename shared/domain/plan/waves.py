"""Sync waves: reading the annotation, mirroring for deletion."""

from __future__ import annotations

import re
from collections.abc import Iterable

from shared.domain.manifests.manifest import Manifest, annotations_of

WAVE = "argocd.argoproj.io/sync-wave"
HELM_WEIGHT = "helm.sh/hook-weight"
_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]+", re.ASCII)


def wave_of(manifest: Manifest) -> int:
    """Read the wave, else the Helm hook weight; text that is no whole number counts as absent.

    Source: Argo CD gitops-engine/pkg/sync/syncwaves/waves.go.
    """
    annotations = annotations_of(manifest)
    for name in (WAVE, HELM_WEIGHT):
        text = annotations.get(name)
        if isinstance(text, str) and _WHOLE_NUMBER.fullmatch(text):
            return int(text)
    return 0


def mirrored(waves: Iterable[int]) -> dict[int, int]:
    """Map the lowest wave in use to the highest, the second to the last but one, and so on."""
    used = sorted(set(waves))
    return dict(zip(used, reversed(used), strict=True))
