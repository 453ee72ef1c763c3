"""What there is of one application in its cluster now: its own objects, and what these made."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from shared.domain.manifests.manifest import Manifest, metadata_of
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.manifests.resource_type import ResourceType
from shared.domain.manifests.secret_mask import masked
from shared.domain.record.application_status import ResourceStatus
from shared.domain.specs.app_ref import AppRef
from shared.domain.specs.application import Application
from shared.domain.views.ownership import descendants_of
from shared.errors import InvalidRequestError, NotFoundError, PermissionDeniedError
from shared.ports.cluster_connector import Cluster
from shared.services.application_rows import ApplicationRows
from shared.services.clusters import Clusters
from shared.services.hosted_objects import HostedObjects
from shared.services.observe_cluster import ObserveCluster
from shared.services.served_types import ServedTypes

log = logging.getLogger(__name__)
_PARALLEL = 4
_WORKLOADS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob"})
_OPERATOR = "custom"
# What controllers make, and of whom; an operator may make any workload
_MADE: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("apps", "Deployment", frozenset({_OPERATOR})),
    ("apps", "StatefulSet", frozenset({_OPERATOR})),
    ("apps", "DaemonSet", frozenset({_OPERATOR})),
    ("apps", "ReplicaSet", frozenset({"Deployment", _OPERATOR})),
    ("apps", "ControllerRevision", frozenset({"StatefulSet", "DaemonSet"})),
    ("batch", "Job", frozenset({"CronJob", _OPERATOR})),
    ("", "Pod", _WORKLOADS | {_OPERATOR}),
    ("", "PersistentVolumeClaim", frozenset({"StatefulSet", _OPERATOR})),
    ("discovery.k8s.io", "EndpointSlice", frozenset({"Service"})),
)


@dataclass(frozen=True, slots=True)
class LiveObjects:
    """`resources` are the application's own as last compared; `live` are those that exist.

    `made` is what they made, directly or not: ReplicaSets, Pods, …
    """

    app: Application
    cluster: Cluster
    types: ServedTypes
    resources: tuple[ResourceStatus, ...]
    live: dict[ResourceKey, Manifest]
    made: tuple[Manifest, ...]

    def everything(self) -> Iterator[Manifest]:
        """All live objects, the application's own first."""
        yield from self.live.values()
        yield from self.made

    def find(self, key: ResourceKey) -> Manifest:
        """One of them. Raises InvalidRequestError in Argo CD's words."""
        found = next((each for each in self.everything() if ResourceKey.of(each) == key), None)
        if found is None:
            raise InvalidRequestError(
                f"{key.kind} {key.group} {key.name} not found as part of application {self.app.ref.name}"
            )
        return found

    def below(self, root: Manifest) -> list[Manifest]:
        """What one of them made, directly or not."""
        around = {ResourceKey.of(each): each for each in self.everything()}
        return descendants_of([root], self.made, around)


class ReadLiveObjects:
    """Reads the cluster at each call: what is shown is what is there."""

    def __init__(
        self, rows: ApplicationRows, clusters: Clusters, observe: ObserveCluster, hosted: HostedObjects
    ) -> None:
        self._rows, self._clusters = rows, clusters
        self._observe, self._hosted = observe, hosted

    def __call__(self, ref: AppRef) -> LiveObjects:
        """Raises NotFoundError in Argo CD's words, and UnavailableError of the cluster."""
        stored = self._rows.application(ref)
        if stored is None:
            raise NotFoundError(f'applications.argoproj.io "{ref.name}" not found')
        app = Application.parse(stored.manifest)
        cluster = self._clusters.at(app.destination).cluster
        types = ServedTypes(cluster.discovery)
        resources = self._rows.status(ref).status.resources
        placed = [found for found in resources if not found.hosted]
        versions = {found.key: found.version for found in placed}
        live = self._observe(cluster.objects, types, versions, versions)
        candidates = list(_candidates(cluster, types, live.values()))
        hosted = [found.key for found in resources if found.hosted]
        live |= self._hosted.live(ref, hosted)
        targets = self._observe(cluster.objects, types, self._hosted.targets(ref, hosted).values())
        candidates += [masked(found) for found in targets.values()]
        around = {ResourceKey.of(each): each for each in [*live.values(), *candidates]}
        rest = [each for each in candidates if ResourceKey.of(each) not in live]
        made = descendants_of(live.values(), rest, around)
        return LiveObjects(app, cluster, types, resources, live, tuple(made))


def _candidates(cluster: Cluster, types: ServedTypes, own: Iterable[Manifest]) -> Iterator[Manifest]:
    """Objects beside the application's own that may have been made by them."""
    roots = list(own)
    makers = {_maker(found) for found in roots}
    namespaces = {str(metadata_of(found).get("namespace") or "") for found in roots} - {""}
    kinds = [types.find(group, kind) for group, kind, owners in _MADE if owners & makers]
    places = [(served, namespace) for served in kinds if served for namespace in sorted(namespaces)]
    if len(places) <= 1:
        found = [_listed(cluster, *place) for place in places]
    else:
        with ThreadPoolExecutor(_PARALLEL) as pool:
            found = list(pool.map(lambda place: _listed(cluster, *place), places))
    for manifests in found:
        yield from manifests


def _maker(manifest: Manifest) -> str:
    """The kind of a built-in object, "custom" of every other."""
    group = str(manifest.get("apiVersion") or "").rpartition("/")[0]
    built_in = "." not in group or group.endswith(".k8s.io")
    return str(manifest.get("kind") or "") if built_in else _OPERATOR


def _listed(cluster: Cluster, served: ResourceType, namespace: str) -> list[Manifest]:
    """A kind that we may not list is left out: the tree is less deep, but there."""
    found: dict[str, Manifest] = {}
    version = ""
    try:
        for page in cluster.objects.list_pages(served, namespace=namespace):
            if page.resource_version != version:  # the LIST had to start again: what came before is void
                version, found = page.resource_version, {}
            found |= {item.uid: item.manifest() for item in page.items}
    except PermissionDeniedError as error:
        log.info("left out of the tree", extra={"kind": served.kind, "error": str(error)})
    return list(found.values())
