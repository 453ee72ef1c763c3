"""When two scalars are the same to the API server although they are written differently."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from shared.domain.compare.field_sets import Path
from shared.domain.manifests.quantities import same_quantity

_AMOUNTS = {
    *("requests", "limits", "capacity", "allocatable", "hard", "podFixed", "storage", "sizeLimit", "divisor"),
    *("min", "max", "default", "defaultRequest", "maxLimitRequestRatio", "averageValue", "target"),
}
_BYTES = {"data", "binaryData", "caBundle"}


def same_value(desired: Any, live: Any, at: Path, *, built_in: bool) -> bool:
    """Compare two scalars as the server stores them.

    1 and 1.0 are the same, true and 1 are not. In built-in kinds quantities ("0.5", "500m") and base64
    (line breaks) are compared by what they mean; a custom resource keeps the text that it was given.
    """
    if isinstance(desired, bool) or isinstance(live, bool):
        return desired is live
    if desired == live:
        return True
    if not built_in or not isinstance(desired, str | int | float) or not isinstance(live, str | int | float):
        return False
    fields = {step[2:] for step in at if step.startswith("f:")}
    if fields & _AMOUNTS:
        return same_quantity(desired, live)
    return bool(fields & _BYTES) and _decoded(desired) == _decoded(live) is not None


def is_built_in(api_version: str) -> bool:
    """Whether the kinds of this group are Kubernetes' own: `v1`, `apps/v1`, `networking.k8s.io/v1`."""
    group = api_version.rpartition("/")[0]
    return "." not in group or (group.endswith(".k8s.io") and group not in _CUSTOM)


_CUSTOM = {"gateway.networking.k8s.io", "snapshot.storage.k8s.io", "metrics.k8s.io"}


def _decoded(text: object) -> bytes | None:
    try:
        return base64.b64decode("".join(str(text).split()), validate=True)
    except (binascii.Error, ValueError):
        return None
