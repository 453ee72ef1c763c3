"""The live state of one application: its own objects and no others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType

from shared.domain.manifests.manifest import Manifest
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.manifests.resource_type import ResourceType
from shared.log import carried
from shared.ports.cluster_objects import ClusterObjects
from shared.services.served_types import ServedTypes

_LIST_FROM = 25
_PARALLEL = 4


class ObserveCluster:
    """Memory is that of one application: single GETs, or one LIST where many of a kind share a namespace."""

    def __call__(
        self,
        objects: ClusterObjects,
        types: ServedTypes,
        keys: Iterable[ResourceKey],
        versions: Mapping[ResourceKey, str] = MappingProxyType({}),
    ) -> dict[ResourceKey, Manifest]:
        """Return the objects that exist; a kind that the cluster does not serve has none.

        `versions` are the API versions to read them in, so that their fields have the names of the
        manifests; the preferred one where nothing is said.

        Raises UnavailableError and PermissionDeniedError of the cluster.
        """
        places: dict[tuple[ResourceType, str], list[ResourceKey]] = defaultdict(list)
        for key in sorted(set(keys)):
            if served := types.find(key.group, key.kind, versions.get(key, "")):
                places[served, key.namespace].append(key)
        live: dict[ResourceKey, Manifest] = {}
        singles: list[tuple[ResourceType, ResourceKey]] = []
        for (served, namespace), wanted in places.items():
            if len(wanted) >= _LIST_FROM:
                live.update(_listed(objects, served, namespace, set(wanted)))
            else:
                singles += [(served, key) for key in wanted]
        live.update(_gotten(objects, singles))
        return live


def _listed(
    objects: ClusterObjects, served: ResourceType, namespace: str, wanted: set[ResourceKey]
) -> Mapping[ResourceKey, Manifest]:
    found: dict[ResourceKey, Manifest] = {}
    version = ""
    for page in objects.list_pages(served, namespace=namespace):
        if page.resource_version != version:  # the LIST had to start again: what came before is void
            version, found = page.resource_version, {}
        for item in page.items:
            key = ResourceKey(served.group, served.kind, item.namespace, item.name)
            if key in wanted:
                found[key] = item.manifest()
    return found


def _gotten(
    objects: ClusterObjects, singles: list[tuple[ResourceType, ResourceKey]]
) -> Mapping[ResourceKey, Manifest]:
    def get(single: tuple[ResourceType, ResourceKey]) -> Manifest | None:
        served, key = single
        return objects.get(served, key.namespace, key.name)

    if len(singles) <= _PARALLEL:
        answers = [get(single) for single in singles]
    else:
        with ThreadPoolExecutor(_PARALLEL) as pool:
            answers = list(pool.map(carried(get), singles))
    return {key: found for (_, key), found in zip(singles, answers, strict=True) if found is not None}
