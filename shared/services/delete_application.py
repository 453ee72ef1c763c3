"""Use case: an application goes, with its objects or without, and always comes to an end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from shared.domain.manifests.manifest import Manifest, metadata_of
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.manifests.tracking import tracked_by
from shared.domain.plan.waves import wave_of
from shared.domain.record.application_status import ApplicationStatus, Condition, Deletion
from shared.domain.render.hosted_kinds import is_hosted_kind
from shared.domain.specs.application import Application
from shared.domain.specs.sync_options import SyncOptions
from shared.errors import NotFoundError, TidegateError, UnavailableError
from shared.ports.clock import Clock
from shared.ports.cluster_objects import ClusterObjects, Propagation
from shared.services.application_rows import StoredApplication
from shared.services.clusters import Clusters
from shared.services.follow_images import FollowImages
from shared.services.hosted_objects import HostedObjects
from shared.services.observe_cluster import ObserveCluster
from shared.services.repository_index import RepositoryIndex
from shared.services.served_types import ServedTypes

_NEXT_LOOK, _SLOW_LOOK = timedelta(seconds=1), timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Leaving:
    """`gone`: nothing stands in the way any more, and what we remember of the application may go."""

    status: ApplicationStatus
    wake_after: timedelta | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class DeleteApplication:
    """A state machine of short steps with a deadline. Source: Argo CD finalizeApplicationDeletion, which
    waits without end where an object does not go.
    """

    index: RepositoryIndex
    follow_images: FollowImages
    clusters: Clusters
    observe: ObserveCluster
    hosted: HostedObjects
    clock: Clock

    def __call__(self, stored: StoredApplication, status: ApplicationStatus) -> Leaving:
        """Do one step. Raises UnavailableError while the cluster does not answer, until the deadline."""
        deletion = status.deletion
        if deletion is None:
            raise ValueError("the application is not being deleted")
        if deletion.cascade == "none" or self.clock.now() > deletion.deadline:
            return self._forget(stored, status)
        app = Application.parse(stored.manifest)
        try:
            cluster = self.clusters.at(app.destination).cluster
        except NotFoundError:  # an unknown cluster holds nothing back, as in Argo CD
            return self._forget(stored, status)
        types = ServedTypes(cluster.discovery)
        left = self._left(app, status, cluster.objects, types)
        if not left:
            return self._forget(stored, status)
        refused = self._remove_highest_wave(app, left, deletion, cluster.objects, types)
        names = ", ".join(str(key) for key in sorted(left)[:5])
        message = "; ".join([f"waiting for {len(left)} objects to go: {names}", *refused[:5]])
        condition = Condition("DeletionError", message, self.clock.now())
        return Leaving(replace(status, conditions=(condition,)), _SLOW_LOOK if refused else _NEXT_LOOK)

    def _left(
        self, app: Application, status: ApplicationStatus, objects: ClusterObjects, types: ServedTypes
    ) -> dict[ResourceKey, Manifest]:
        """What is ours and still there; as in Argo CD, CRDs, Delete=false and policy keep are spared."""
        mine = [found for found in status.resources if found.tracked]
        hosted = [found.key for found in mine if found.hosted]
        live = self.observe(objects, types, [found.key for found in mine if not found.hosted])
        kept = {key: found for key, found in live.items() if _goes(app, key, found)}
        return kept | self.hosted.live(app.ref, hosted)

    def _remove_highest_wave(
        self,
        app: Application,
        left: Mapping[ResourceKey, Manifest],
        deletion: Deletion,
        objects: ClusterObjects,
        types: ServedTypes,
    ) -> list[str]:
        """Ask for the deletion of each; return why some were refused: these hold up no other."""
        highest = max(wave_of(found) for found in left.values())
        policy = Propagation.BACKGROUND if deletion.cascade == "background" else Propagation.FOREGROUND
        refused: list[str] = []
        for key, found in left.items():
            metadata = metadata_of(found)
            if wave_of(found) != highest or metadata.get("deletionTimestamp"):
                continue
            uid = str(metadata.get("uid") or "")
            try:
                if is_hosted_kind(key.group, key.kind) and not uid:
                    self.hosted.prune(app.ref, key)
                elif served := types.find(key.group, key.kind):
                    objects.delete(served, key.namespace, key.name, propagation=policy, uid=uid)
            except UnavailableError:
                raise
            except TidegateError as error:
                refused.append(str(error))
        return refused

    def _forget(self, stored: StoredApplication, status: ApplicationStatus) -> Leaving:
        try:
            urls = {source.repo_url for source in Application.parse(stored.manifest).sources}
        except TidegateError:
            urls = set()
        self.index.forget(stored.ref, urls)
        self.follow_images.forget(stored.ref)
        return Leaving(status, gone=True)


def _goes(app: Application, key: ResourceKey, live: Manifest) -> bool:
    """An object that another application tracks, or that asks to stay, is never deleted."""
    annotations = metadata_of(live).get("annotations") or {}
    if key.kind == "CustomResourceDefinition" or annotations.get("helm.sh/resource-policy") == "keep":
        return False
    if SyncOptions.of_resource(live).over(app.sync_policy.options).delete == "false":
        return False
    return tracked_by(live) in ("", app.instance_name)
