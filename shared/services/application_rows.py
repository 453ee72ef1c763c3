"""Applications and what we remember of them, in and out of the stores."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, fields
from typing import Any

import msgspec

from shared.domain.manifests.manifest import Manifest
from shared.domain.record.application_status import ApplicationStatus, HistoryEntry
from shared.domain.specs.app_ref import AppRef
from shared.errors import ConflictError
from shared.ports.blob_store import BlobStore
from shared.ports.document_store import Document, DocumentStore
from shared.services.document_rows import scan

log = logging.getLogger(__name__)
_MANIFESTS, _STATUSES = "applications", "application-status"
APPLICATION_PARTITIONS = frozenset({_MANIFESTS, _STATUSES})
_SPILLED = ("resources", "operation", "verified")
_INLINE_BYTES = 8192
_SCHEMA = 1
_FIELDS = frozenset(each.name for each in fields(ApplicationStatus))


@dataclass(frozen=True, slots=True)
class StoredApplication:
    """The user's document, raw and whole. `origin` is bootstrap, api or `parent:<namespace>/<name>`."""

    ref: AppRef
    manifest: Manifest
    origin: str
    created_at: str
    generation: int = 1
    etag: str | None = None


@dataclass(frozen=True, slots=True)
class StoredStatus:
    """A status with what is needed to write it back: the etag and the blobs it points to."""

    ref: AppRef
    status: ApplicationStatus
    etag: str | None = None
    pointers: dict[str, str] = field(default_factory=dict)
    unknown: dict[str, Any] = field(default_factory=dict)


class ApplicationRows:
    """Raises ConflictError where somebody wrote first, UnavailableError where the store is away."""

    def __init__(self, documents: DocumentStore, blobs: BlobStore) -> None:
        self._documents, self._blobs = documents, blobs

    def application(self, ref: AppRef) -> StoredApplication | None:
        document = self._documents.get(_MANIFESTS, str(ref))
        return _stored_application(document) if document else None

    def applications(self) -> Iterator[StoredApplication]:
        """Yield every application in the order of namespace and name."""
        return (_stored_application(document) for document in scan(self._documents, _MANIFESTS))

    def put(self, stored: StoredApplication) -> StoredApplication:
        body = {
            "schema": _SCHEMA,
            "manifest": stored.manifest,
            "origin": stored.origin,
            "createdAt": stored.created_at,
            "generation": stored.generation,
        }
        return _stored_application(
            self._documents.put(Document(_MANIFESTS, str(stored.ref), body, stored.etag))
        )

    def remove_manifest(self, ref: AppRef) -> None:
        """From now on the application is gone, and `remove` clears up; safe to run twice."""
        self._delete(_MANIFESTS, ref)

    def remove(self, ref: AppRef) -> None:
        """Forget the application, its history and its status; safe to run twice.

        The status goes last: after a crash, its token still lets the message in that comes to finish this.
        It stays when somebody has made an application of that name meanwhile.
        """
        self._delete(_MANIFESTS, ref)
        for entry in scan(self._documents, _history(ref)):
            self._documents.delete(entry)
        for name in list(self._blobs.list(f"status/{ref}/")):
            self._blobs.delete(name)
        while (document := self._documents.get(_STATUSES, str(ref))) and self.application(ref) is None:
            with suppress(ConflictError):  # somebody has just woken what is going
                self._documents.delete(document)

    def status(self, ref: AppRef) -> StoredStatus:
        """Return the status; an application that has none yet gets an empty one without etag.

        Read again when a part has just been replaced. A part that is lost counts as empty: then nothing is
        known to be ours, and nothing is pruned.
        """
        document = self._documents.get(_STATUSES, str(ref))
        while document is not None:
            stored, lost = self._stored_status(document)
            if not lost:
                return stored
            latest = self._documents.get(_STATUSES, str(ref))
            if latest is not None and latest.etag == document.etag:
                log.error("part of a status is lost", extra={"application": str(ref), "parts": lost})
                return stored
            document = latest
        return StoredStatus(ref, ApplicationStatus())

    def statuses(self) -> Iterator[StoredStatus]:
        for document in scan(self._documents, _STATUSES):
            stored, lost = self._stored_status(document)
            yield self.status(stored.ref) if lost else stored

    def summaries(self) -> Iterator[StoredStatus]:
        """Yield what lists need of each status in one scan: parts that lie in blobs are empty.

        Not to be saved: what is empty here would be lost.
        """
        for document in scan(self._documents, _STATUSES):
            known = {name: value for name, value in document.body.items() if name in _FIELDS}
            yield StoredStatus(
                AppRef.parse(document.key), msgspec.convert(known, ApplicationStatus), document.etag
            )

    def versions(self) -> dict[AppRef, tuple[str | None, str | None]]:
        """The etags of every application's document and status: what has others was written meanwhile."""
        statuses = {document.key: document.etag for document in scan(self._documents, _STATUSES)}
        documents = ((document.key, document.etag) for document in scan(self._documents, _MANIFESTS))
        return {AppRef.parse(key): (etag, statuses.get(key)) for key, etag in documents}

    def save(self, stored: StoredStatus, status: ApplicationStatus) -> StoredStatus:
        """Write the status at the etag it was read with; large parts go to blobs named by their content."""
        body: dict[str, Any] = msgspec.to_builtins(status)
        pointers = {name: self._spill(stored, name, body) for name in _SPILLED}
        pointers = {name: blob for name, blob in pointers.items() if blob}
        body = {**stored.unknown, **body, "schema": _SCHEMA, "pointers": pointers}
        document = self._documents.put(Document(_STATUSES, str(stored.ref), body, stored.etag))
        for name, blob in stored.pointers.items():
            if pointers.get(name) != blob:
                self._blobs.delete(blob)
        return StoredStatus(stored.ref, status, document.etag, pointers, stored.unknown)

    def history(self, ref: AppRef) -> list[HistoryEntry]:
        """The deployments of an application, oldest first."""
        return [
            msgspec.convert(document.body, HistoryEntry) for document in scan(self._documents, _history(ref))
        ]

    def add_history(self, ref: AppRef, entry: HistoryEntry, keep: int) -> None:
        """Record a deployment once (its id decides) and forget all but the newest `keep`.

        What it rolls back to stays: the application is pinned to that entry.
        """
        key = f"{entry.id:010d}"
        if keep > 0:
            with suppress(ConflictError):  # recorded already, by a turn that died after this line
                self._documents.put(Document(_history(ref), key, msgspec.to_builtins(entry)))
        pinned = "" if entry.rollback_of is None else f"{entry.rollback_of:010d}"
        for old in list(scan(self._documents, _history(ref)))[: -keep if keep > 0 else None]:
            if old.key != pinned:
                self._documents.delete(old)

    def _delete(self, partition: str, ref: AppRef) -> None:
        if document := self._documents.get(partition, str(ref)):
            self._documents.delete(document)

    def _spill(self, stored: StoredStatus, name: str, body: dict[str, Any]) -> str:
        data = msgspec.json.encode(body[name])
        if len(data) <= _INLINE_BYTES:
            return ""
        digest = hashlib.blake2b(data, digest_size=16).hexdigest()
        blob = f"status/{stored.ref}/{name}-{digest}"
        if stored.pointers.get(name) != blob:
            self._blobs.put(blob, data)
        del body[name]
        return blob

    def _stored_status(self, document: Document) -> tuple[StoredStatus, list[str]]:
        """The status, and the names of the parts whose blob is not there."""
        body = dict(document.body)
        pointers: dict[str, str] = body.get("pointers") or {}
        lost = []
        for name, blob in pointers.items():
            data = self._blobs.get(blob)
            if data is None:
                lost.append(name)
            else:
                body[name] = msgspec.json.decode(data)
        known = _FIELDS | {"schema", "pointers"}
        unknown = {name: value for name, value in body.items() if name not in known}
        status = msgspec.convert(body, ApplicationStatus)
        return StoredStatus(AppRef.parse(document.key), status, document.etag, pointers, unknown), lost


def _history(ref: AppRef) -> str:
    return f"history:{ref}"


def _stored_application(document: Document) -> StoredApplication:
    body = document.body
    return StoredApplication(
        AppRef.parse(document.key),
        body["manifest"],
        body["origin"],
        body["createdAt"],
        int(body.get("generation", 1)),
        document.etag,
    )
