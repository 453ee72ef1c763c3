"""Use case: every object of an application and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from shared.domain.compare.comparison import ResourceDiff
from shared.domain.manifests.manifest import Manifest, metadata_of
from shared.domain.record.application_status import ResourceStatus
from shared.domain.specs.app_ref import AppRef
from shared.domain.specs.application import Application
from shared.domain.views.resource_tree import resource_tree
from shared.errors import NotFoundError
from shared.ports.cluster_objects import ClusterObjects
from shared.services.application_rows import ApplicationRows
from shared.services.clusters import Clusters
from shared.services.hosted_objects import HostedObjects
from shared.services.observe_cluster import ObserveCluster
from shared.services.served_types import ServedTypes

# what controllers make of the built-in workloads, in the order from owner to owned
_OWNED = (("apps", "ReplicaSet"), ("batch", "Job"), ("", "Pod"))
_OWNERS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob"})


class ShowTree:
    """Reads the cluster now: what is shown is what is there."""

    def __init__(
        self, rows: ApplicationRows, clusters: Clusters, observe: ObserveCluster, hosted: HostedObjects
    ) -> None:
        self._rows, self._clusters = rows, clusters
        self._observe, self._hosted = observe, hosted

    def __call__(self, ref: AppRef) -> dict[str, Any]:
        """Return Argo CD's ApplicationTree. Raises NotFoundError, and UnavailableError of the cluster."""
        stored = self._rows.application(ref)
        if stored is None:
            raise NotFoundError(f'applications.argoproj.io "{ref.name}" not found')
        cluster = self._clusters.at(Application.parse(stored.manifest).destination).cluster
        types = ServedTypes(cluster.discovery)
        found = self._rows.status(ref).status.resources
        hosted = [resource.key for resource in found if resource.hosted]
        live = self._observe(cluster.objects, types, [r.key for r in found if not r.hosted])
        live |= self._hosted.live(ref, hosted)
        healths = {resource.key: resource.health for resource in found if resource.health is not None}
        managed = [_node(resource, live.get(resource.key)) for resource in found]
        made = list(_descendants(cluster.objects, types, live.values()))
        return resource_tree(managed, made, healths=healths)


def _node(resource: ResourceStatus, live: Manifest | None) -> ResourceDiff:
    group, version = resource.key.group, resource.version
    shown: Manifest = {"apiVersion": f"{group}/{version}" if group else version}
    return ResourceDiff(resource.key, shown, live, hosted=resource.hosted)


def _descendants(
    objects: ClusterObjects, types: ServedTypes, managed: Iterable[Manifest]
) -> Iterable[Manifest]:
    """What is owned, directly or not, by one of the managed objects."""
    roots = [found for found in managed if found.get("kind") in _OWNERS]
    owners = {metadata_of(found).get("uid") for found in roots}
    namespaces = {str(metadata_of(found).get("namespace") or "") for found in roots}
    for group, kind in _OWNED:
        served = types.find(group, kind)
        for namespace in sorted(namespaces) if served is not None else ():
            for page in objects.list_pages(served, namespace=namespace) if served else ():
                for item in page.items:
                    manifest = item.manifest()
                    references = metadata_of(manifest).get("ownerReferences") or []
                    if any(reference.get("uid") in owners for reference in references):
                        owners.add(item.uid)
                        yield manifest
