"""Which object made which: ownerReferences, and the few owners that are not written down.

Source: Argo CD gitops-engine/pkg/cache/references.go.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from shared.domain.health.fields import part, parts, text
from shared.domain.manifests.manifest import Manifest, annotations_of, metadata_of
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.manifests.tracking import group_of, maker_of

Reference = dict[str, str]


def parent_refs(manifest: Manifest, around: Mapping[ResourceKey, Manifest]) -> list[Reference]:
    """Return the owners of an object as Argo CD's parentRefs.

    `around` are the objects that may be owners. An owner that is not in the object's namespace among them
    is cluster-scoped: its reference has no namespace. Owners that Kubernetes does not write down: a Service
    of its Endpoints, a ServiceAccount of its token Secret, a StatefulSet of the claims of its templates, and
    a hosted ExternalSecret of its Secret.
    """
    owners = parts(metadata_of(manifest), "ownerReferences") or _unwritten(manifest, around)
    return [_reference(owner, text(metadata_of(manifest), "namespace"), around) for owner in owners]


def descendants_of(
    roots: Iterable[Manifest], others: Iterable[Manifest], around: Mapping[ResourceKey, Manifest]
) -> list[Manifest]:
    """Return those of `others` whose owners lead up to one of `roots`, in their order."""
    rest = list(others)
    known = {ResourceKey.of(each) for each in roots}
    parents = {
        id(each): [_key(owner) for owner in parent_refs(each, around) if _is_same(owner, around)]
        for each in rest
    }
    growing = True
    while growing:
        found = {ResourceKey.of(each) for each in rest if any(key in known for key in parents[id(each)])}
        growing = not found <= known
        known |= found
    return [each for each in rest if any(key in known for key in parents[id(each)])]


def _unwritten(manifest: Manifest, around: Mapping[ResourceKey, Manifest]) -> list[dict[str, Any]]:
    if group_of(manifest):
        return []
    name, annotations = text(metadata_of(manifest), "name"), annotations_of(manifest)
    if maker := maker_of(str(manifest.get("kind") or ""), annotations):
        return [{"apiVersion": "external-secrets.io/v1", "kind": "ExternalSecret", "name": maker}]
    match manifest.get("kind"):
        case "Endpoints":
            return [{"apiVersion": "v1", "kind": "Service", "name": name}]
        case "Secret" if manifest.get("type") == "kubernetes.io/service-account-token":
            account = str(annotations.get("kubernetes.io/service-account.name") or "")
            return [{"apiVersion": "v1", "kind": "ServiceAccount", "name": account}] if account else []
        case "PersistentVolumeClaim":
            return [_owner(each) for each in around.values() if _makes_claim(each, manifest)]
    return []


def _makes_claim(owner: Manifest, claim: Manifest) -> bool:
    if owner.get("kind") != "StatefulSet" or group_of(owner) != "apps":
        return False
    theirs, ours = metadata_of(owner), metadata_of(claim)
    if theirs.get("namespace") != ours.get("namespace"):
        return False
    templates = parts(part(owner, "spec"), "volumeClaimTemplates")
    starts = (f"{text(metadata_of(each), 'name')}-{text(theirs, 'name')}" for each in templates)
    return any(re.fullmatch(rf"{re.escape(start)}-\d+", text(ours, "name")) for start in starts)


def _owner(manifest: Manifest) -> dict[str, Any]:
    metadata = metadata_of(manifest)
    return {
        "apiVersion": manifest.get("apiVersion"),
        "kind": manifest.get("kind"),
        "name": metadata.get("name"),
        "uid": metadata.get("uid"),
    }


def _reference(owner: dict[str, Any], namespace: str, around: Mapping[ResourceKey, Manifest]) -> Reference:
    group, _, version = text(owner, "apiVersion").rpartition("/")
    kind, name = text(owner, "kind"), text(owner, "name")
    beside = around.get(ResourceKey(group, kind, namespace, name))
    found = {
        "group": group,
        "version": version,
        "kind": kind,
        "namespace": namespace if beside is not None else "",
        "name": name,
        "uid": text(owner, "uid") or (text(metadata_of(beside), "uid") if beside else ""),
    }
    return {field: value for field, value in found.items() if value}


def _is_same(reference: Reference, around: Mapping[ResourceKey, Manifest]) -> bool:
    """Whether the owner of that name is the one that is meant, not one made anew under its name."""
    uid = text(metadata_of(around.get(_key(reference), {})), "uid")
    return not uid or reference.get("uid", uid) == uid


def _key(reference: Reference) -> ResourceKey:
    names = (reference.get(field, "") for field in ("group", "kind", "namespace", "name"))
    return ResourceKey(*names)
