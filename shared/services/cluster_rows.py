"""Rows of clusters, and which cluster a name means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from shared.errors import ConflictError
from shared.ports.document_store import Document, DocumentStore
from shared.services.document_rows import scan

_CLUSTERS, _ALIASES = "clusters", "cluster-aliases"
_TRIES = 5


@dataclass(frozen=True, slots=True)
class ClusterRow:
    """`key` is the UID of kube-system, `reference` what the credentials know the cluster by.

    `aliases` are in the one spelling of cluster_alias. Those of a registered cluster are its own: no other
    can be registered under one of them. A cluster that is not registered was merely seen.
    """

    key: str
    reference: str
    name: str
    server: str
    aliases: frozenset[str]
    registered: bool = True


class ClusterRows:
    """Partition `clusters` by key, partition `cluster-aliases` by alias. Nothing secret is in either."""

    def __init__(self, documents: DocumentStore) -> None:
        self._documents = documents

    def get(self, key: str) -> ClusterRow | None:
        found = self._documents.get(_CLUSTERS, key)
        return _row(found) if found else None

    def meant_by(self, alias: str) -> ClusterRow | None:
        """The registered cluster of this name."""
        found = self._documents.get(_ALIASES, alias) if alias else None
        row = self.get(str(found.body["key"])) if found else None
        return row if row is not None and row.registered else None

    def registered(self) -> Iterator[ClusterRow]:
        """In the order of their keys."""
        return (row for row in map(_row, scan(self._documents, _CLUSTERS)) if row.registered)

    def see(self, key: str, reference: str, server: str, aliases: Iterable[str]) -> None:
        """Remember under which names a cluster was met. Not waited for, and no claim on any of them."""
        found = self._documents.get(_CLUSTERS, key)
        row = _row(found) if found else ClusterRow(key, reference, "", server, frozenset(), registered=False)
        seen = replace(row, aliases=row.aliases | set(aliases))
        if found and seen == row:
            return
        try:
            self._documents.put(Document(_CLUSTERS, key, _body(seen), found.etag if found else None))
        except ConflictError:  # another worker wrote the same at the same time; the next connection mends it
            return

    def register(self, wanted: ClusterRow, *, upsert: bool = False) -> ClusterRow:
        """Write the row, and make its names mean this cluster; return it with all its names.

        A cluster that is registered already keeps its name and reference, and gains aliases; with `upsert` it
        takes the new name and reference. Raises ConflictError, naming both, when an alias means another
        cluster: then nothing has changed.
        """
        before, written = self._put(wanted, upsert)
        claimed: list[str] = []
        try:
            for alias in sorted(wanted.aliases):
                if self._claim(alias, wanted):
                    claimed.append(alias)
        except ConflictError:
            self._free(claimed, wanted.key)
            self._undo(before, written)
            raise
        return _row(written)

    def remove(self, row: ClusterRow) -> None:
        """Free its names, then forget the cluster. Safe to run twice."""
        self._free(row.aliases, row.key)
        found = self._documents.get(_CLUSTERS, row.key)
        if found:
            self._documents.delete(found)

    def _put(self, wanted: ClusterRow, upsert: bool) -> tuple[Document | None, Document]:
        """Return the row as it was and as it is now."""
        for _ in range(_TRIES):
            found = self._documents.get(_CLUSTERS, wanted.key)
            row = _merged(_row(found), wanted, upsert) if found else wanted
            try:
                etag = found.etag if found else None
                return found, self._documents.put(Document(_CLUSTERS, wanted.key, _body(row), etag))
            except ConflictError:
                continue
        raise ConflictError(f"Cluster {wanted.name}: is being registered by others. Try again")

    def _claim(self, alias: str, wanted: ClusterRow) -> bool:
        """Whether the alias is new; False when it meant this cluster before."""
        found = self._documents.get(_ALIASES, alias)
        if found is None:
            try:
                self._documents.put(Document(_ALIASES, alias, {"key": wanted.key}))
            except ConflictError:
                found = self._documents.get(_ALIASES, alias)
            else:
                return True
        if found is not None and found.body["key"] == wanted.key:
            return False
        raise self._taken(alias, wanted, str(found.body["key"]) if found else "")

    def _taken(self, alias: str, wanted: ClusterRow, key: str) -> ConflictError:
        other = self.get(key)
        owner = f"{other.name} ({key})" if other else key
        return ConflictError(
            f"Cluster {wanted.name} ({wanted.key}): {alias} already means the cluster {owner}. "
            "Remove that one first, or choose another name"
        )

    def _free(self, aliases: Iterable[str], key: str) -> None:
        for alias in aliases:
            found = self._documents.get(_ALIASES, alias)
            if found and found.body["key"] == key:
                self._documents.delete(found)

    def _undo(self, before: Document | None, written: Document) -> None:
        """Unless somebody wrote the row since: then it is theirs."""
        with suppress(ConflictError):
            if before is None:
                self._documents.delete(written)
            else:
                self._documents.put(replace(written, body=before.body))


def _merged(row: ClusterRow, wanted: ClusterRow, upsert: bool) -> ClusterRow:
    kept = wanted if upsert or not row.registered else row
    return replace(kept, aliases=row.aliases | wanted.aliases)


def _row(document: Document) -> ClusterRow:
    body = document.body
    return ClusterRow(
        document.key,
        str(body.get("reference", "")),
        str(body.get("name", "")),
        str(body.get("server", "")),
        frozenset(body.get("aliases") or ()),
        bool(body.get("registered", False)),
    )


def _body(row: ClusterRow) -> dict[str, Any]:
    return {
        "reference": row.reference,
        "name": row.name,
        "server": row.server,
        "aliases": sorted(row.aliases),
        "registered": row.registered,
    }
