"""Is a kind namespaced? The cluster knows, or the CRD that comes with the objects."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from shared.domain.manifests.manifest import Manifest
from shared.domain.manifests.tracking import is_crd

Scope = Callable[[str, str], bool | None]
"""`(group, kind)` to namespaced or not; None when nobody knows."""


def scope_with_crds(objects: Iterable[Manifest], scope: Scope) -> Scope:
    """Ask `scope` first, and the CRDs among `objects` about kinds that it does not know.

    Argo CD takes an unknown kind for namespaced and mends it at the next comparison; knowing it from the
    first sync on saves an object in the wrong place.
    """
    declared = dict(entry for manifest in objects if (entry := _declared(manifest)) is not None)

    def known(group: str, kind: str) -> bool | None:
        namespaced = scope(group, kind)
        return declared.get((group, kind)) if namespaced is None else namespaced

    return known


def _declared(manifest: object) -> tuple[tuple[str, str], bool] | None:
    if not isinstance(manifest, dict) or not is_crd(manifest):
        return None
    spec = manifest.get("spec")
    names = spec.get("names") if isinstance(spec, dict) else None
    if not isinstance(spec, dict) or not isinstance(names, dict) or spec.get("scope") is None:
        return None
    return (str(spec.get("group")), str(names.get("kind"))), spec["scope"] == "Namespaced"
