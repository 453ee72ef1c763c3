"""Drift by fingerprint: one LIST per kind finds the few objects that really moved."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import msgspec

from shared.domain.compare.fingerprint import fingerprint
from shared.domain.manifests.resource_type import ResourceType
from shared.domain.manifests.tracking import INSTALLATION, TRACKING_ID, TrackingId, maker_of
from shared.ports.blob_store import BlobStore
from shared.ports.cluster_objects import ListedObject
from shared.ports.sealing import Sealing
from shared.services.clusters import ConnectedCluster
from shared.services.served_types import ServedTypes

Kind = tuple[str, str]


class SeenObject(msgspec.Struct, array_like=True, frozen=True):
    """What is remembered of an object: enough to know that it is as it was."""

    resource_version: str
    fingerprint: str
    app: str


# made here, once: msgspec crashes when two threads are the first to decode a class
_SEEN = msgspec.json.Decoder(dict[str, SeenObject])


@dataclass(slots=True)
class Sweep:
    """What one sweep found, and how much was read.

    `moved` has the instance names of the applications to look at, and `<cluster>/<namespace>/<name>` of the
    ExternalSecrets whose Secret moved.
    """

    moved: set[str] = field(default_factory=set)
    objects: int = 0
    fingerprinted: int = 0


class SweepCluster:
    """Remembers one blob per cluster and kind, so that the cost follows what changed, not what there is.

    An object with the remembered resourceVersion is skipped unread; one whose fingerprint is as remembered
    moved only in status. Objects are LISTed by the label of this installation, with bodies left as bytes.
    """

    def __init__(self, blobs: BlobStore, sealing: Sealing, installation: str) -> None:
        self._blobs, self._sealing, self._installation = blobs, sealing, installation

    @cached_property
    def _key(self) -> bytes:
        return bytes.fromhex(self._sealing.fingerprint(b"sweep"))

    def __call__(self, connected: ConnectedCluster, kinds: Collection[Kind]) -> Sweep:
        """Sweep these kinds of one cluster. Raises UnavailableError when it does not answer."""
        types = ServedTypes(connected.cluster.discovery)
        sweep = Sweep()
        for group, kind in sorted(kinds):
            served = types.find(group, kind)
            if served is not None:
                self._sweep_kind(connected, served, sweep)
        return sweep

    def _sweep_kind(self, connected: ConnectedCluster, served: ResourceType, sweep: Sweep) -> None:
        name = f"inventory/{connected.key}/{served.group or 'core'}.{served.kind}"
        before = self._read(name)
        now: dict[str, SeenObject] = {}
        selector = f"{INSTALLATION}={self._installation}"
        version = ""
        for page in connected.cluster.objects.list_pages(served, label_selector=selector):
            if page.resource_version != version:  # the LIST had to start again: what came before is void
                version, now = page.resource_version, {}
            for item in page.items:
                key = f"{item.namespace}/{item.name}"
                now[key] = self._seen(connected, item, before.get(key), served, sweep)
        sweep.objects += len(now)
        sweep.moved |= {seen.app for key, seen in before.items() if key not in now and seen.app}
        if now != before:
            self._blobs.put(name, msgspec.json.encode(now))

    def _seen(
        self,
        connected: ConnectedCluster,
        item: ListedObject,
        before: SeenObject | None,
        served: ResourceType,
        sweep: Sweep,
    ) -> SeenObject:
        if before is not None and before.resource_version == item.resource_version:
            return before
        sweep.fingerprinted += 1
        key = self._key if served.kind == "Secret" else b""
        print_ = fingerprint(item.body, item.uid, key=key)
        app = _owner(connected, item)
        if before is None or before.fingerprint != print_:
            sweep.moved |= {app} - {""}
        return SeenObject(item.resource_version, print_, app)

    def _read(self, name: str) -> Mapping[str, SeenObject]:
        data = self._blobs.get(name)
        return _SEEN.decode(data) if data else {}


def _owner(connected: ConnectedCluster, item: ListedObject) -> str:
    if maker := maker_of(item.type.kind, item.annotations):
        return f"{connected.key}/{item.namespace}/{maker}"
    tracking = TrackingId.parse(item.annotations.get(TRACKING_ID))
    return tracking.app if tracking is not None and tracking.name == item.name else ""
