"""Use case: what Git does not hold, out of one store and into another."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec

from shared.domain.record.application_status import Pin
from shared.domain.specs.app_ref import AppRef
from shared.errors import ConflictError, InvalidRequestError
from shared.ports.document_store import Document, DocumentStore
from shared.services.application_rows import ApplicationRows, StoredApplication
from shared.services.document_rows import scan
from shared.services.wake_applications import WakeApplications

_VERSION = 1
# partition → what it holds, for people; rows of these are copied as they are. Credentials are references.
_PARTITIONS = {
    "installation": "the id on every object that we manage",
    "clusters": "registered clusters and their aliases",
    "cluster-aliases": "which cluster a name means",
    "repository-credentials": "registered repositories; their passwords are not in an export",
    "applicationsets": "ApplicationSets, also those made by hand",
    "image-states": "holds of images, and what their policies last wrote",
}


class ExportState:
    """The document is JSON: `{version, rows: {partition: {key: body}}, applications, pins}`.

    It holds no secret value: passwords and tokens have to be given again.
    """

    def __init__(self, documents: DocumentStore, rows: ApplicationRows, wake: WakeApplications) -> None:
        self._documents, self._rows, self._wake = documents, rows, wake

    def export(self) -> dict[str, Any]:
        """Return everything that a new store would not find in Git."""
        return {
            "version": _VERSION,
            "rows": {
                name: {row.key: row.body for row in scan(self._documents, name)} for name in _PARTITIONS
            },
            "applications": [_body(each) for each in self._rows.applications() if each.origin == "api"],
            "pins": {
                str(each.ref): msgspec.to_builtins(each.status.pin)
                for each in self._rows.statuses()
                if each.status.pin is not None
            },
        }

    def restore(self, document: dict[str, Any]) -> int:
        """Put back what is not here yet and wake it; what exists is left as it is. Returns what was added.

        Raises InvalidRequestError for a document of another version or form, before anything is stored.
        """
        rows, applications, pins = _checked(document)
        added = sum(
            self._add(partition, key, body)
            for partition, found in rows.items()
            for key, body in found.items()
        )
        for stored in applications:
            if self._rows.application(stored.ref) is None:
                self._rows.put(stored)
                self._wake(stored.ref, "spec")
                added += 1
        for ref, pin in pins.items():
            added += self._pin(ref, pin)
        return added

    def _add(self, partition: str, key: str, body: dict[str, Any]) -> int:
        if self._documents.get(partition, key) is not None:
            return 0
        try:
            self._documents.put(Document(partition, key, body))
        except ConflictError:  # made by somebody else meanwhile
            return 0
        return 1

    def _pin(self, ref: AppRef, pin: Pin) -> int:
        """The history that a pin points to is lost: automation rests at the rejected revision instead."""
        status = self._rows.status(ref).status
        if status.pin is not None:
            return 0
        self._wake(ref, "spec", change=lambda found: replace(found, paused_at=pin.rejected))
        return 1


def _body(stored: StoredApplication) -> dict[str, Any]:
    return {"manifest": stored.manifest, "createdAt": stored.created_at, "ref": str(stored.ref)}


def _checked(
    document: dict[str, Any],
) -> tuple[dict[str, dict[str, dict[str, Any]]], list[StoredApplication], dict[AppRef, Pin]]:
    if document.get("version") != _VERSION:
        raise InvalidRequestError(f"Import: version {document.get('version')!r} is not {_VERSION}")
    try:
        rows = msgspec.convert(document["rows"], dict[str, dict[str, dict[str, Any]]])
        applications = [
            StoredApplication(AppRef.parse(each["ref"]), each["manifest"], "api", each["createdAt"])
            for each in document["applications"]
        ]
        pins = {AppRef.parse(ref): msgspec.convert(pin, Pin) for ref, pin in document["pins"].items()}
    except (KeyError, TypeError, msgspec.ValidationError) as error:
        raise InvalidRequestError(f"Import: is not an export ({error})") from error
    unknown = sorted(set(rows) - set(_PARTITIONS))
    if unknown:
        raise InvalidRequestError(f"Import: holds rows that no export has: {', '.join(unknown)}")
    return rows, applications, pins
