"""GET and LIST: selectors, pages that belong together, metadata only.

Source: k8s.io/apiserver/pkg/storage (continue tokens) and registry/generic; sentences of a 1.34 server.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

import orjson

from sandbox.cluster import api_error
from sandbox.cluster.kinds import Kind
from sandbox.cluster.request import Target
from sandbox.cluster.selectors import FieldTerm, Requirement, parse_fields, parse_labels, selects
from sandbox.cluster.store import GoneError, Snapshot, Store, Stored, in_version

_STALE = (
    "The provided continue parameter is too old to display a consistent list result. You can start a "
    "new list without the continue parameter, or use the continue token in this response to retrieve "
    "the remainder of the results. Continuing with the provided token results in an inconsistent list -"
    " objects that were created, modified, or deleted between the time the first chunk was returned and"
    " now may show up in the list."
)
_TOO_OLD = "The resourceVersion for the provided list is too old."


@dataclass(frozen=True, slots=True)
class Selection:
    """What a list or watch is narrowed to."""

    labels: tuple[Requirement, ...] = ()
    fields: tuple[FieldTerm, ...] = ()
    name: str = ""

    @classmethod
    def parse(cls, kind: Kind, labels: str, fields: str, name: str = "") -> Selection:
        """Raises 400 for what cannot be read."""
        return cls(parse_labels(labels), parse_fields(kind.resource, fields), name)

    def takes(self, stored: Stored) -> bool:
        if self.name and stored.key[1] != self.name:
            return False
        if self.labels and not selects(self.labels, stored.body["metadata"].get("labels") or {}):
            return False
        return all(term.holds(stored.body) for term in self.fields)


@dataclass(frozen=True, slots=True)
class Page:
    """`limit` 0 is everything; `token` continues a list; `exactly` is a resourceVersion, 0 for the newest."""

    limit: int = 0
    token: str = ""
    exactly: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """The items of one page and the metadata of their list."""

    items: tuple[Stored, ...]
    metadata: dict[str, object]


def get(store: Store, target: Target) -> Stored:
    """One object in the version asked for. Raises 404."""
    stored = store.get(target.kind.resource, target.key)
    if stored is None:
        raise api_error.not_found(target.kind.named(target.name))
    return in_version([stored], target.kind.api_version)[0]


def list_page(store: Store, target: Target, selection: Selection, page: Page) -> Listed:
    """One page of a list. Raises 400 for a broken token and 410 for one that is too old."""
    snapshot, after = _snapshot(store, target, page)
    items = [item for item in snapshot.items if (after is None or item.key > after) and selection.takes(item)]
    rest = len(items) - page.limit if page.limit else 0
    metadata: dict[str, object] = {"resourceVersion": str(snapshot.version)}
    if rest > 0:
        items = items[: page.limit]
        metadata["continue"] = _token(snapshot.version, items[-1].key)
        if not (selection.labels or selection.fields):
            metadata["remainingItemCount"] = rest
    return Listed(tuple(items), metadata)


def _snapshot(store: Store, target: Target, page: Page) -> tuple[Snapshot, tuple[str, str] | None]:
    version, after = _parse(page.token) if page.token else (page.exactly, None)
    try:
        return store.snapshot(target.kind.resource, target.namespace, version), after
    except GoneError as error:
        raise api_error.expired(_STALE if page.token else _TOO_OLD) from error


def _token(version: int, key: tuple[str, str]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps({"rv": version, "start": key})).decode().rstrip("=")


def _parse(token: str) -> tuple[int, tuple[str, str]]:
    try:
        fields = orjson.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        namespace, name = fields["start"]
        return int(fields["rv"]), (namespace, name)
    except (binascii.Error, ValueError, KeyError, TypeError) as error:
        raise api_error.bad_request(f"invalid continue token: continue key is not valid: {error}") from error
