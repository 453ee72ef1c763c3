"""In which form a client wants objects: whole, metadata only, or as a Table.

Source: k8s.io/apiserver/pkg/endpoints/handlers/response.go.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import orjson

from sandbox.cluster.kinds import Kind
from sandbox.cluster.store import Stored, in_version
from sandbox.cluster.tables.columns import columns_of
from sandbox.cluster.tables.rows import rows_of
from shared.ports.clock import Clock

_Json = dict[str, Any]
_META = "meta.k8s.io/v1"


class Form(Protocol):
    """Makes JSON of stored objects. `metadata` is that of a list: resourceVersion, continue…"""

    def one(self, kind: Kind, stored: Stored) -> bytes: ...

    def many(self, kind: Kind, items: Sequence[Stored], metadata: _Json) -> bytes: ...


class Whole:
    """The objects themselves."""

    def one(self, kind: Kind, stored: Stored) -> bytes:
        return in_version([stored], kind.api_version)[0].encoded

    def many(self, kind: Kind, items: Sequence[Stored], metadata: _Json) -> bytes:
        return _list(f"{kind.kind}List", kind.api_version, metadata, [self._listed(i, kind) for i in items])

    def _listed(self, item: Stored, kind: Kind) -> bytes:
        """Items of built-in lists say neither apiVersion nor kind; custom resources do."""
        if not kind.model:
            return self.one(kind, item)
        return orjson.dumps({k: v for k, v in item.body.items() if k not in ("apiVersion", "kind")})


class Partial:
    """PartialObjectMetadata."""

    def one(self, kind: Kind, stored: Stored) -> bytes:
        partial = {"kind": "PartialObjectMetadata", "apiVersion": _META, "metadata": stored.body["metadata"]}
        return orjson.dumps(partial)

    def many(self, kind: Kind, items: Sequence[Stored], metadata: _Json) -> bytes:
        name = "PartialObjectMetadataList"
        return _list(name, _META, metadata, [self.one(kind, item) for item in items])


class Tabled:
    """Tables for people; `include` is None, Metadata or Object. A watch tells its columns once."""

    def __init__(self, clock: Clock, include: str) -> None:
        self._clock, self._include, self._headed = clock, include, False

    def one(self, kind: Kind, stored: Stored) -> bytes:
        metadata = {"resourceVersion": stored.body["metadata"]["resourceVersion"]}
        header, self._headed = not self._headed, True
        return self._table(kind, [stored], metadata, header=header)

    def many(self, kind: Kind, items: Sequence[Stored], metadata: _Json) -> bytes:
        return self._table(kind, items, metadata, header=True)

    def _table(self, kind: Kind, items: Sequence[Stored], metadata: _Json, *, header: bool) -> bytes:
        rows = rows_of(kind, items, now=self._clock.now(), include=self._include)
        columns = list(columns_of(kind).definitions) if header else []
        table = {"kind": "Table", "apiVersion": _META, "metadata": metadata, "columnDefinitions": columns}
        return orjson.dumps({**table, "rows": rows})


def form_of(accept: str, include: str, clock: Clock) -> Form:
    """Read the first acceptable media type of an Accept header."""
    for each in accept.split(","):
        media, *parameters = [part.strip() for part in each.split(";")]
        if media not in ("application/json", "*/*", "application/*"):
            continue
        asked = dict(part.partition("=")[::2] for part in parameters)
        name = asked.get("as", "")
        if name == "Table" and (asked.get("g"), asked.get("v")) == ("meta.k8s.io", "v1"):
            return Tabled(clock, include or "Metadata")
        if name in ("PartialObjectMetadata", "PartialObjectMetadataList"):
            return Partial()
        if not name:
            return Whole()
    return Whole()


def _list(kind: str, api_version: str, metadata: _Json, items: Sequence[bytes]) -> bytes:
    head = orjson.dumps({"kind": kind, "apiVersion": api_version, "metadata": metadata})
    return head[:-1] + b',"items":[' + b",".join(items) + b"]}"
