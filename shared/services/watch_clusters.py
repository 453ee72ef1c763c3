"""Use case of the embedded home: watch what we manage, and look at once when it changes."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

from shared.domain.compare.fingerprint import fingerprint
from shared.domain.manifests.resource_type import ResourceType
from shared.domain.manifests.tracking import INSTALLATION, TRACKING_ID, TrackingId, maker_of
from shared.domain.secrets.secret_ref import SecretRef
from shared.domain.specs.app_ref import AppRef
from shared.errors import ConflictError, TidegateError
from shared.ports.cluster_objects import ListedObject
from shared.ports.cluster_watch import Change, ChangeKind
from shared.services.clusters import Clusters, ConnectedCluster
from shared.services.managed_kinds import ManagedKinds
from shared.services.served_types import ServedTypes
from shared.services.wake_applications import WakeApplications

log = logging.getLogger(__name__)
_LOOK_FOR_KINDS_SECONDS = 2.0
_RETRY_SECONDS = 2.0
_AGAIN_SECONDS = 0.2  # a stream that ends at once, as some proxies do it, is not asked for in a frenzy
_WATCH_SECONDS = 240
# what may be drift is looked at at once; a rollout moves the status many times a second
_COALESCE, _COALESCE_STATUS = timedelta(milliseconds=30), timedelta(milliseconds=300)
Watched = tuple[str, ResourceType]


class WatchClusters:
    """One watch per cluster and kind that some application has objects of. Heals at once, and only hints:
    what a watch misses, the drift timer finds.
    """

    def __init__(
        self,
        kinds: ManagedKinds,
        clusters: Clusters,
        wake: WakeApplications,
        wake_secret: Callable[[SecretRef], object],
        installation: Callable[[], str],
        control_namespace: str,
    ) -> None:
        self._kinds, self._clusters, self._wake = kinds, clusters, wake
        self._wake_secret = wake_secret
        self._installation, self._control_namespace = installation, control_namespace

    def __call__(self, stop: threading.Event) -> None:
        """Run until `stop` is set; kinds that appear meanwhile are watched from then on."""
        watching: dict[Watched, threading.Thread] = {}
        while not stop.is_set():
            for watched in self._wanted():
                if watched not in watching or not watching[watched].is_alive():
                    thread = threading.Thread(target=self._follow, args=(watched, stop), daemon=True)
                    watching[watched] = thread
                    thread.start()
            stop.wait(_LOOK_FOR_KINDS_SECONDS)

    def _wanted(self) -> set[Watched]:
        wanted: set[Watched] = set()
        try:
            kinds = self._kinds()
            for reference in self._clusters.used():
                types = ServedTypes(self._clusters.by_reference(reference).cluster.discovery)
                found = (types.find(group, kind) for group, kind in sorted(kinds))
                wanted |= {(reference, served) for served in found if served and "watch" in served.verbs}
        except TidegateError as error:
            log.warning("cannot look for kinds to watch", extra={"error": str(error)})
        return wanted

    def _follow(self, watched: Watched, stop: threading.Event) -> None:
        reference, served = watched
        seen: dict[str, str] = {}
        while not stop.is_set():
            try:
                self._watch_once(self._clusters.by_reference(reference), served, seen, stop)
            except ConflictError:
                log.info("watch starts again from a list", extra={"kind": served.kind})
                stop.wait(_AGAIN_SECONDS)
            except TidegateError as error:
                log.warning("watch broke", extra={"kind": served.kind, "error": str(error)})
                stop.wait(_RETRY_SECONDS)

    def _watch_once(
        self,
        connected: ConnectedCluster,
        served: ResourceType,
        seen: dict[str, str],
        stop: threading.Event,
    ) -> None:
        """List, then watch; `seen` maps uids to fingerprints: a status that moves is not drift."""
        selector = f"{INSTALLATION}={self._installation()}"
        version, began, cluster = "", bool(seen), connected.cluster
        for page in cluster.objects.list_pages(served, label_selector=selector):
            version = page.resource_version
            for item in page.items:
                if not _is_as_seen(item, seen) and began:  # it moved while nobody watched
                    self._tell(connected, item, _COALESCE)
        while not stop.is_set():
            changes = cluster.watch.watch(
                served, resource_version=version, label_selector=selector, seconds=_WATCH_SECONDS
            )
            for change in changes:
                version = change.object.resource_version or version
                if stop.is_set():
                    return
                self._changed(connected, change, seen)
            stop.wait(_AGAIN_SECONDS)

    def _changed(self, connected: ConnectedCluster, change: Change, seen: dict[str, str]) -> None:
        found = change.object
        if change.kind is ChangeKind.BOOKMARK:
            return
        if change.kind is ChangeKind.DELETED:
            seen.pop(found.uid, None)
            self._tell(connected, found, _COALESCE)
            return
        self._tell(connected, found, _COALESCE_STATUS if _is_as_seen(found, seen) else _COALESCE)

    def _tell(self, connected: ConnectedCluster, found: ListedObject, within: timedelta) -> None:
        if maker := maker_of(found.type.kind, found.annotations):
            self._tell_secret(SecretRef(connected.key, found.namespace, maker))
            return
        tracking = TrackingId.parse(found.annotations.get(TRACKING_ID))
        if tracking is None or tracking.name != found.name:
            return
        ref = AppRef(self._control_namespace, tracking.app)
        namespace, underscore, name = tracking.app.partition("_")
        if underscore:
            ref = AppRef(namespace, name)
        try:
            self._wake.soon(ref, "live", within)
        except TidegateError as error:
            log.warning("cannot wake", extra={"application": str(ref), "error": str(error)})

    def _tell_secret(self, ref: SecretRef) -> None:
        try:
            self._wake_secret(ref)
        except TidegateError as error:
            log.warning("cannot wake", extra={"secret": str(ref), "error": str(error)})


def _is_as_seen(found: ListedObject, seen: dict[str, str]) -> bool:
    """Whether nothing but status moved since it was seen last; from now on it is seen as it is."""
    now = fingerprint(found.body, found.uid)
    before, seen[found.uid] = seen.get(found.uid), now
    return before == now
