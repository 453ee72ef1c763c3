"""Use case: what the cluster says has happened to the objects of an application."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shared.domain.manifests.manifest import Manifest, metadata_of
from shared.domain.manifests.resource_type import ResourceType
from shared.domain.specs.app_ref import AppRef
from shared.domain.views.event_list import event_list
from shared.errors import InvalidRequestError
from shared.ports.cluster_connector import Cluster
from shared.services.live_objects import ReadLiveObjects

_EVENT = ResourceType("", "v1", "Event", "events", namespaced=True)
# Source: events of objects without a namespace are kept here
_OF_CLUSTER = "default"


class ShowEvents:
    """Events of one object are asked for by its UID; those of an application are sorted out here."""

    def __init__(self, read: ReadLiveObjects) -> None:
        self._read = read

    def __call__(self, ref: AppRef, *, uid: str = "", name: str = "", namespace: str = "") -> dict[str, Any]:
        """Return {metadata, items}: core/v1 Events, the newest last, of one object or of all and their pods.

        Raises InvalidRequestError for an object that is not part of the application.
        """
        found = self._read(ref)
        everything = {str(metadata_of(each).get("uid") or ""): each for each in found.everything()}
        if not (uid or name):
            spaces = {_space(each) for each in everything.values()}
            listed = [each for space in sorted(spaces) for each in _events(found.cluster, space, "")]
            return event_list(each for each in listed if _involved(each) in everything)
        wanted = [key for key, each in everything.items() if _is(each, key, uid, (namespace, name))]
        if not wanted:
            raise InvalidRequestError(f"{name or uid} not found as part of application {ref.name}")
        return event_list(
            event for key in wanted for event in _events(found.cluster, _space(everything[key]), key)
        )


def _is(manifest: Manifest, key: str, uid: str, named: tuple[str, str]) -> bool:
    metadata = metadata_of(manifest)
    namespace, name = named
    return (
        uid in ("", key)
        and name in ("", metadata.get("name"))
        and namespace in ("", metadata.get("namespace") or "")
    )


def _space(manifest: Manifest) -> str:
    return str(metadata_of(manifest).get("namespace") or _OF_CLUSTER)


def _events(cluster: Cluster, namespace: str, uid: str) -> Iterator[Manifest]:
    selector = f"involvedObject.uid={uid}" if uid else ""
    for page in cluster.objects.list_pages(_EVENT, namespace=namespace, field_selector=selector):
        for item in page.items:
            yield item.manifest()


def _involved(event: Manifest) -> str:
    return str((event.get("involvedObject") or {}).get("uid") or "")
