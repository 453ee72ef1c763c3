"""ApplicationSets: kept in our store, turned into Applications."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from shared.domain.generate.application_set import ApplicationSet
from shared.domain.generate.generators import KnownCluster
from shared.domain.manifests.manifest import Manifest, annotations_of
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.plan.prune_guard import is_much
from shared.domain.record.confirmation import is_recent
from shared.domain.specs.app_ref import AppRef
from shared.errors import ConflictError, TidegateError, UnsafePlanError
from shared.ports.clock import Clock
from shared.ports.document_store import Document, DocumentStore
from shared.services.document_rows import scan
from shared.services.hosted_applications import HostedApplications, is_of_another

log = logging.getLogger(__name__)
_PARTITION = "applicationsets"
_APPROVED = "argocd.argoproj.io/deletion-approved"


@dataclass(frozen=True, slots=True)
class StoredSet:
    """`error` is why the last generation changed nothing, "" when it went well."""

    ref: AppRef
    manifest: Manifest
    origin: str
    error: str = ""
    etag: str | None = None


class HostedSets:
    """A generator error changes nothing. Every method is safe to run twice."""

    def __init__(
        self,
        documents: DocumentStore,
        applications: HostedApplications,
        clusters: Callable[[], Iterable[KnownCluster]],
        clock: Clock,
    ) -> None:
        self._documents, self._applications = documents, applications
        self._clusters, self._clock = clusters, clock

    def get(self, ref: AppRef) -> StoredSet | None:
        document = self._documents.get(_PARTITION, str(ref))
        return _stored(document) if document else None

    def all(self) -> Iterator[StoredSet]:
        """Every set, in the order of namespace and name."""
        return map(_stored, scan(self._documents, _PARTITION))

    def live(self, keys: Iterable[ResourceKey], origin: str) -> dict[ResourceKey, Manifest]:
        """Those that exist and are not another's, with the conditions that Argo CD's would have."""
        found = {key: self.get(AppRef(key.namespace, key.name)) for key in keys}
        return {
            key: shown(stored)
            for key, stored in found.items()
            if stored is not None and not is_of_another(stored.origin, origin)
        }

    def apply(self, manifest: Manifest, origin: str) -> str:
        """Store a set and generate its applications; return what was done in kubectl's words.

        Raises InvalidSpecError for a set that cannot be read, ConflictError for one of another parent.
        """
        ref = ApplicationSet.parse(manifest).ref
        name = f"applicationset.argoproj.io/{ref.name}"
        found = self.get(ref)
        if found is not None and is_of_another(found.origin, origin):
            raise ConflictError(f"ApplicationSet {ref} belongs to {found.origin.partition(':')[2]} already")
        if found is not None and (found.manifest, found.origin) == (manifest, origin):
            self.generate(found)
            return f"{name} unchanged"
        stored = StoredSet(ref, manifest, origin, etag=found.etag if found else None)
        self.generate(self._put(stored))
        return f"{name} {'configured' if found else 'created'}"

    def remove(self, ref: AppRef) -> None:
        """Have the set's applications removed, then forget it."""
        for app in self.generated(ref):
            self._applications.remove(app)
        if document := self._documents.get(_PARTITION, str(ref)):
            self._documents.delete(document)

    def generated(self, ref: AppRef) -> list[AppRef]:
        """The applications that this set has made and that still exist."""
        return self._applications.of_origin(f"set:{ref}")

    def regenerate(self) -> None:
        """Generate every set again: clusters come and go."""
        for stored in self.all():
            self.generate(stored)

    def generate(self, stored: StoredSet) -> None:
        """Bring the applications of one set to what it says; an error is kept on the set, nothing is raised
        for it, and nothing is changed by it.
        """
        error = ""
        try:
            self._generate(ApplicationSet.parse(stored.manifest), stored)
        except TidegateError as problem:
            error = str(problem)
            log.warning("generation failed", extra={"set": str(stored.ref), "error": error})
        if error != stored.error:
            self._put(replace(stored, error=error))

    def _generate(self, parsed: ApplicationSet, stored: StoredSet) -> None:
        wanted = parsed.applications(self._clusters())
        existing = set(self.generated(parsed.ref))
        names = {AppRef(parsed.ref.namespace, str(each["metadata"]["name"])) for each in wanted}
        surplus = sorted(existing - names) if parsed.deletes else []
        self._guard(parsed.ref, stored.manifest, surplus, len(existing))
        for manifest in wanted:
            ref = AppRef(parsed.ref.namespace, str(manifest["metadata"]["name"]))
            if parsed.updates or ref not in existing:
                self._applications.apply(manifest, f"set:{parsed.ref}")
        for ref in surplus:
            self._applications.remove(ref)

    def _guard(self, ref: AppRef, manifest: Manifest, surplus: list[AppRef], existing: int) -> None:
        """The same measure as for prunes: all, or more than half and more than ten, need a person."""
        much = len(surplus) == existing or is_much(len(surplus), existing)
        approved = str(annotations_of(manifest).get(_APPROVED) or "")
        if surplus and much and not is_recent(approved, self._clock.now()):
            raise UnsafePlanError(
                f"ApplicationSet {ref}: {len(surplus)} of its {existing} applications would be removed. "
                f"Check the generators; to go on, set the annotation {_APPROVED} to the time now (RFC 3339)"
            )

    def _put(self, stored: StoredSet) -> StoredSet:
        body = {"manifest": stored.manifest, "origin": stored.origin, "error": stored.error}
        return _stored(self._documents.put(Document(_PARTITION, str(stored.ref), body, stored.etag)))


def shown(stored: StoredSet) -> Manifest:
    """The set with its status. Source: Argo CD's conditions ErrorOccurred and ResourcesUpToDate."""
    failed = bool(stored.error)
    conditions = [
        {"type": "ErrorOccurred", "status": str(failed), "message": stored.error or "All went well"},
        {"type": "ResourcesUpToDate", "status": str(not failed), "message": ""},
    ]
    return {**stored.manifest, "status": {"conditions": conditions}}


def _stored(document: Document) -> StoredSet:
    body = document.body
    return StoredSet(
        AppRef.parse(document.key), body["manifest"], body["origin"], body.get("error", ""), document.etag
    )
