"""Discovery documents: /api, /apis, /apis/G/V and the aggregated form of clients since 1.26."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.cluster.kinds import Kind

VERSION = {
    "major": "1",
    "minor": "34",
    "gitVersion": "v1.34.4",
    "gitCommit": "0000000000000000000000000000000000000000",
    "gitTreeState": "clean",
    "buildDate": "1970-01-01T00:00:00Z",
    "goVersion": "none: Tidegate sandbox",
    "compiler": "none",
    "platform": "linux/amd64",
}
_SUB_VERBS = ("get", "patch", "update")
# (resource, subresource) → verbs, group, version and kind of its answer
_SPECIAL: Mapping[tuple[str, str], tuple[str, str, str, str]] = {
    ("pods", "log"): ("get", "", "v1", "Pod"),
    ("pods", "eviction"): ("create", "policy", "v1", "Eviction"),
    ("serviceaccounts", "token"): ("create", "authentication.k8s.io", "v1", "TokenRequest"),
}


def api_versions() -> dict[str, Any]:
    """/api"""
    return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []}


def group_list(kinds: Iterable[Kind]) -> dict[str, Any]:
    """/apis"""
    groups = [_group(name, versions) for name, versions in _versions(kinds).items() if name]
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}


def group(kinds: Iterable[Kind], name: str) -> dict[str, Any] | None:
    """/apis/G, None if the group is not served."""
    versions = _versions(kinds).get(name)
    return {"kind": "APIGroup", "apiVersion": "v1", **_group(name, versions)} if versions else None


def resource_list(kinds: Iterable[Kind], name: str, version: str) -> dict[str, Any] | None:
    """/api/v1 or /apis/G/V, None if it is not served."""
    served = [kind for kind in kinds if (kind.group, kind.version) == (name, version)]
    if not served:
        return None
    resources = [entry for kind in served for entry in _resources(kind)]
    return {
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": served[0].api_version,
        "resources": sorted(resources, key=lambda entry: str(entry["name"])),
    }


def aggregated(kinds: Iterable[Kind], *, core: bool) -> dict[str, Any]:
    """The same in one document, apidiscovery.k8s.io/v2; `core` is /api, else /apis."""
    kinds = list(kinds)
    items: list[dict[str, Any]] = []
    for name, versions in _versions(kinds).items():
        if (name == "") is not core:
            continue
        served = [
            {"version": v, "freshness": "Current", "resources": _v2_resources(kinds, name, v)}
            for v in versions
        ]
        metadata: dict[str, Any] = {"name": name} if name else {}
        items.append({"metadata": {"creationTimestamp": None, **metadata}, "versions": served})
    kind = "APIGroupDiscoveryList"
    return {"kind": kind, "apiVersion": "apidiscovery.k8s.io/v2", "metadata": {}, "items": items}


def _versions(kinds: Iterable[Kind]) -> dict[str, list[str]]:
    """Group → its versions, preferred first."""
    found: dict[str, list[str]] = {}
    for kind in kinds:
        versions = found.setdefault(kind.group, [])
        if kind.version not in versions:
            versions.append(kind.version)
    return found


def _group(name: str, versions: list[str]) -> dict[str, Any]:
    listed = [{"groupVersion": f"{name}/{version}", "version": version} for version in versions]
    return {"name": name, "versions": listed, "preferredVersion": listed[0]}


def _resources(kind: Kind) -> list[dict[str, Any]]:
    entry: dict[str, Any] = {
        "name": kind.plural,
        "singularName": kind.singular,
        "namespaced": kind.namespaced,
        "kind": kind.kind,
        "verbs": list(kind.verbs),
    }
    if kind.short_names:
        entry["shortNames"] = list(kind.short_names)
    if kind.categories:
        entry["categories"] = list(kind.categories)
    return [entry, *(_subresource(kind, sub) for sub in _subresources(kind))]


def _subresources(kind: Kind) -> list[str]:
    subs = ["status"] if kind.status else []
    subs += ["scale"] if kind.scale else []
    return subs + [sub for sub in ("log", "eviction", "token") if (kind.resource, sub) in _SPECIAL]


def _subresource(kind: Kind, sub: str) -> dict[str, Any]:
    verbs, group, version, name = _sub_kind(kind, sub)
    other = {"group": group, "version": version} if name != kind.kind else {}
    names = {"name": f"{kind.plural}/{sub}", "singularName": "", "namespaced": kind.namespaced}
    return {**names, **other, "kind": name, "verbs": verbs}


def _sub_kind(kind: Kind, sub: str) -> tuple[list[str], str, str, str]:
    if sub == "scale":
        return list(_SUB_VERBS), "autoscaling", "v1", "Scale"
    if special := _SPECIAL.get((kind.resource, sub)):
        return [special[0]], *special[1:]
    return list(_SUB_VERBS), kind.group, kind.version, kind.kind


def _v2_resources(kinds: Iterable[Kind], name: str, version: str) -> list[dict[str, Any]]:
    served = [kind for kind in kinds if (kind.group, kind.version) == (name, version)]
    return [_v2_resource(kind) for kind in sorted(served, key=lambda kind: kind.plural)]


def _v2_resource(kind: Kind) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "resource": kind.plural,
        "responseKind": {"group": kind.group, "version": kind.version, "kind": kind.kind},
        "scope": "Namespaced" if kind.namespaced else "Cluster",
        "singularResource": kind.singular,
        "verbs": list(kind.verbs),
    }
    if kind.short_names:
        entry["shortNames"] = list(kind.short_names)
    if kind.categories:
        entry["categories"] = list(kind.categories)
    if subs := _subresources(kind):
        entry["subresources"] = [_v2_subresource(kind, sub) for sub in subs]
    return entry


def _v2_subresource(kind: Kind, sub: str) -> dict[str, Any]:
    verbs, group, version, name = _sub_kind(kind, sub)
    answer = {"group": group, "version": version, "kind": name}
    return {"subresource": sub, "responseKind": answer, "verbs": verbs}
