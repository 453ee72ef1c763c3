"""Health of every object of an application, asking for pods only where a rollout is not done."""

from __future__ import annotations

from collections.abc import Mapping

from shared.domain.health.assessment import assess
from shared.domain.health.health import Health, HealthStatus
from shared.domain.health.pod_trouble import newest_pods_of, workload_health
from shared.domain.manifests.manifest import Manifest
from shared.domain.manifests.resource_key import ResourceKey
from shared.ports.cluster_objects import ClusterObjects
from shared.services.served_types import ServedTypes

_WORKLOADS = frozenset({"Deployment", "StatefulSet", "DaemonSet"})


class JudgeHealth:
    """Raises UnavailableError when the cluster does not answer."""

    def __call__(
        self, live: Mapping[ResourceKey, Manifest], objects: ClusterObjects, types: ServedTypes
    ) -> dict[ResourceKey, Health | None]:
        """None for a kind that has no health."""
        return {key: self._judge(key, manifest, objects, types) for key, manifest in live.items()}

    def _judge(
        self, key: ResourceKey, manifest: Manifest, objects: ClusterObjects, types: ServedTypes
    ) -> Health | None:
        found = assess(manifest)
        if found is None or found.status is not HealthStatus.PROGRESSING:
            return found
        if key.group != "apps" or key.kind not in _WORKLOADS:
            return found
        pods = self._selected(key, manifest, "", "Pod", objects, types)
        owners: list[Manifest] = []
        if key.kind == "Deployment":
            owners = self._selected(key, manifest, "apps", "ReplicaSet", objects, types)
        return workload_health(manifest, newest_pods_of(manifest, owners, pods))

    def _selected(
        self,
        key: ResourceKey,
        manifest: Manifest,
        group: str,
        kind: str,
        objects: ClusterObjects,
        types: ServedTypes,
    ) -> list[Manifest]:
        """The objects of a kind that the selector of a workload finds."""
        labels = ((manifest.get("spec") or {}).get("selector") or {}).get("matchLabels") or {}
        served = types.find(group, kind)
        if served is None or not labels:
            return []
        selector = ",".join(f"{name}={value}" for name, value in sorted(labels.items()))
        pages = objects.list_pages(served, namespace=key.namespace, label_selector=selector)
        return [item.manifest() for page in pages for item in page.items if not item.deleting]
