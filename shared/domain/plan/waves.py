"""Sync waves: reading the annotation, mirroring for deletion."""

from __future__ import annotations

import re
from collections.abc import Iterable

from shared.domain.manifests.manifest import Manifest, annotations_of

WAVE = "argocd.argoproj.io/sync-wave"
HELM_WEIGHT = "helm.sh/hook-weight"
_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]+", re.ASCII)
_INT64_DIGITS = 20
_INT64 = range(-(2**63), 2**63)


def wave_of(manifest: Manifest) -> int:
    """Read the wave, else the Helm hook weight; text that is no whole number of 64 bits counts as absent.

    Source: Argo CD gitops-engine/pkg/sync/syncwaves/waves.go.
    """
    annotations = annotations_of(manifest)
    found = (_number(annotations.get(name)) for name in (WAVE, HELM_WEIGHT))
    return next((number for number in found if number is not None), 0)


def _number(text: object) -> int | None:
    """As Go's strconv.Atoi reads it; Python's int() raises above 4,300 digits."""
    if not isinstance(text, str) or not _WHOLE_NUMBER.fullmatch(text):
        return None
    sign, digits = text.startswith("-"), text.lstrip("+-").lstrip("0")
    if len(digits) > _INT64_DIGITS:
        return None
    number = -int(digits or "0") if sign else int(digits or "0")
    return number if number in _INT64 else None


def mirrored(waves: Iterable[int]) -> dict[int, int]:
    """Map the lowest wave in use to the highest, the second to the last but one, and so on."""
    used = sorted(set(waves))
    return dict(zip(used, reversed(used), strict=True))
