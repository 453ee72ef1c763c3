"""The tree of an application: its objects and what they made, in Argo CD's ApplicationTree JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from shared.domain.compare.comparison import ResourceDiff
from shared.domain.health.assessment import assess
from shared.domain.health.health import Health, HealthStatus
from shared.domain.manifests.manifest import Manifest, annotations_of, metadata_of
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.manifests.tracking import group_of
from shared.domain.views.network_links import networking_info
from shared.domain.views.ownership import descendants_of, parent_refs
from shared.domain.views.pod_rows import images_of, pod_rows

Node = dict[str, Any]
_REVISIONS = ("deployment.kubernetes.io/revision", "rollout.argoproj.io/revision")
_MISSING = Health(HealthStatus.MISSING)


def resource_tree(
    managed: Iterable[ResourceDiff],
    descendants: Iterable[Manifest] = (),
    *,
    healths: Mapping[ResourceKey, Health | None] | None = None,
    orphans: Iterable[Manifest] = (),
) -> dict[str, Any]:
    """Return {nodes, orphanedNodes, hosts, shardsCount}.

    Args:
        managed: the objects of the application, live hooks included; one that does not exist is a node with
            health Missing.
        descendants: live objects that may have been made by them (ReplicaSets, Pods, EndpointSlices …).
            Those whose owners do not lead up to a managed object are left out.
        healths: what is known already, e.g. from workload_health; all others are assessed here.
        orphans: live objects of the namespace that belong to nobody.

    A node has what Argo CD's has: group, version, kind, namespace, name, uid, parentRefs, info,
    networkingInfo, resourceVersion, images, health, createdAt; empty fields are left out. Nothing of spec or
    data is in it, so no value of a Secret either. Source: Argo CD controller/appcontroller.go
    (getResourceTree) and controller/cache/info.go.
    """
    diffs, known = list(managed), healths or {}
    roots = [diff.live for diff in diffs if diff.live is not None]
    rest = [each for each in descendants if ResourceKey.of(each) not in {diff.key for diff in diffs}]
    around = {ResourceKey.of(each): each for each in [*roots, *rest]}
    made = descendants_of(roots, rest, around)
    missing = [_missing(diff) for diff in diffs if diff.live is None]
    alone = sorted(orphans, key=lambda each: str(ResourceKey.of(each)))
    return {
        "nodes": [*missing, *(_node(each, around, known) for each in [*roots, *made])],
        "orphanedNodes": [_node(each, {}, known) for each in alone],
        "hosts": [],
        "shardsCount": 1,
    }


def _missing(diff: ResourceDiff) -> Node:
    version = str((diff.desired or {}).get("apiVersion") or "").rpartition("/")[2]
    named = {
        "group": diff.key.group,
        "version": version,
        "kind": diff.key.kind,
        "namespace": diff.key.namespace,
        "name": diff.key.name,
    }
    return {**_filled(named), "health": _health(_MISSING)}


def _node(
    manifest: Manifest, around: Mapping[ResourceKey, Manifest], known: Mapping[ResourceKey, Health | None]
) -> Node:
    metadata, key = metadata_of(manifest), ResourceKey.of(manifest)
    is_pod = key.kind == "Pod" and not key.group
    health = known[key] if key in known else assess(manifest)
    return _filled(
        {
            "group": group_of(manifest),
            "version": str(manifest.get("apiVersion") or "").rpartition("/")[2],
            "kind": key.kind,
            "namespace": key.namespace,
            "name": key.name,
            "uid": metadata.get("uid"),
            "parentRefs": parent_refs(manifest, around),
            "info": _revision_rows(manifest) + (pod_rows(manifest) if is_pod else []),
            "networkingInfo": networking_info(manifest),
            "resourceVersion": metadata.get("resourceVersion"),
            "images": images_of(manifest) if is_pod else [],
            "health": _health(health) if health else None,
            "createdAt": metadata.get("creationTimestamp"),
        }
    )


def _revision_rows(manifest: Manifest) -> list[dict[str, str]]:
    """`Rev:N` of a Deployment, ReplicaSet, Rollout or ControllerRevision."""
    noted = next((str(v) for n in _REVISIONS if (v := annotations_of(manifest).get(n)) is not None), None)
    revision = noted if noted is not None else manifest.get("revision", 0)
    number = int(revision) if str(revision).isdigit() else 0
    return [{"name": "Revision", "value": f"Rev:{number}"}] if number > 0 else []


def _health(health: Health) -> dict[str, str]:
    said = {"status": health.status.value}
    return {**said, "message": health.message} if health.message else said


def _filled(fields: dict[str, Any]) -> Node:
    return {name: value for name, value in fields.items() if value}
