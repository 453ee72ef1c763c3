"""Which applications follow which image, and who writes to which branch."""

from __future__ import annotations

from dataclasses import dataclass

from shared.domain.images.image_name import ImageName
from shared.domain.images.image_policy import ImageUpdates
from shared.domain.specs.app_ref import AppRef
from shared.ports.document_store import DocumentStore
from shared.services.document_rows import remove, scan, upsert

_FOLLOWERS = "image-followers"


@dataclass(frozen=True, slots=True)
class WriteSubject:
    """A branch that tags are written to; `subject` is one text for all spellings of its repository."""

    subject: str
    repo_url: str
    branch: str


class ImageIndex:
    """Rows `image:<registry/repository>` / subject, `image-writers:<subject>` / application, and
    `image-followers` / application, which lists the rows that the application has.
    """

    def __init__(self, documents: DocumentStore) -> None:
        self._documents = documents

    def following(self, image: ImageName) -> list[WriteSubject]:
        """The branches that hold a tag of this image."""
        found: dict[str, WriteSubject] = {}
        for row in scan(self._documents, f"image:{image}"):
            body = row.body
            found[body["subject"]] = WriteSubject(body["subject"], body["url"], body["branch"])
        return list(found.values())

    def writers(self, subject: str) -> list[AppRef]:
        """The applications whose tags are on this branch, in order."""
        return [AppRef.parse(row.key) for row in scan(self._documents, f"image-writers:{subject}")]

    def track(self, ref: AppRef, updates: ImageUpdates) -> bool:
        """Record what an application follows, forget what it follows no more; return whether that is new."""
        target = updates.write_back
        images = sorted({str(policy.image) for policy in updates.policies}) if target else []
        partitions = {f"image:{image}" for image in images}
        if target and images:
            partitions.add(f"image-writers:{target.subject}")
        policies = [repr(policy) for policy in updates.policies]
        known = {"partitions": sorted(partitions), "policies": policies, "target": repr(target)}
        row = self._documents.get(_FOLLOWERS, str(ref))
        if (row is None and not partitions) or (row is not None and row.body == known):
            return False
        before = set(row.body["partitions"]) if row else set()
        for partition in sorted(before - partitions):
            remove(self._documents, partition, str(ref))
        if target is None or not partitions:
            remove(self._documents, _FOLLOWERS, str(ref))
            return False
        if partitions - before:  # found again by this row: it is written before those that it lists
            union = {**known, "partitions": sorted(before | partitions), "policies": []}
            upsert(self._documents, _FOLLOWERS, str(ref), union)
        body = {"subject": target.subject, "url": target.repo_url, "branch": target.branch}
        for partition in sorted(partitions):
            upsert(self._documents, partition, str(ref), body)
        return upsert(self._documents, _FOLLOWERS, str(ref), known)

    def forget(self, ref: AppRef) -> None:
        """The application is gone."""
        for partition in self._partitions(ref):
            remove(self._documents, partition, str(ref))
        remove(self._documents, _FOLLOWERS, str(ref))

    def _partitions(self, ref: AppRef) -> set[str]:
        row = self._documents.get(_FOLLOWERS, str(ref))
        return set(row.body["partitions"]) if row else set()
