"""What changes in a cluster, as the server streams it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import msgspec

from shared.adapters.kubernetes.cluster_objects import list_call
from shared.adapters.kubernetes.listed_objects import read_object
from shared.adapters.kubernetes.refusals import Call, refusal, status_of
from shared.adapters.kubernetes.rest_client import RestClient
from shared.domain.manifests.resource_type import ResourceType
from shared.errors import UnavailableError
from shared.ports.cluster_watch import Change, ChangeKind

# The server ends the stream by itself; later than this it is lost
_GRACE_SECONDS = 30


class _Event(msgspec.Struct, gc=False):
    type: str
    object: msgspec.Raw


_EVENT = msgspec.json.Decoder(_Event)


class KubernetesWatch:
    """See the port cluster_watch."""

    def __init__(self, client: RestClient) -> None:
        self._client = client

    def watch(
        self,
        type: ResourceType,
        *,
        resource_version: str,
        namespace: str = "",
        label_selector: str = "",
        seconds: int = 300,
    ) -> Iterator[Change]:
        query = {
            "watch": "true",
            "resourceVersion": resource_version,
            "allowWatchBookmarks": "true",
            "timeoutSeconds": str(seconds),
        } | ({"labelSelector": label_selector} if label_selector else {})
        where = f" in {namespace}" if namespace else ""
        call = replace(list_call(type, namespace), doing=f"watch {type.kind}{where}", query=query)
        for line in self._client.lines(call, seconds + _GRACE_SECONDS):
            yield _change(type, call, line)


def _change(type: ResourceType, call: Call, line: bytes) -> Change:
    try:
        event = _EVENT.decode(line)
    except msgspec.DecodeError as error:
        raise UnavailableError(f"{call.doing}: the stream broke off inside an event") from error
    if event.type == "ERROR":
        raise refusal(call, status_of(bytes(event.object), 0))
    return Change(ChangeKind(event.type), read_object(type, event.object))
