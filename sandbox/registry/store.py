"""What a registry keeps: blobs, manifests and tags, each repository by its name."""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
IMAGE_CONFIG = "application/vnd.oci.image.config.v1+json"
HELM_CONFIG = "application/vnd.cncf.helm.config.v1+json"
_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


@dataclass(frozen=True, slots=True)
class Manifest:
    """The bytes as they were pushed."""

    media_type: str
    body: bytes

    @property
    def digest(self) -> str:
        return digest_of(self.body)


@dataclass(slots=True)
class Tag:
    digest: str
    created: str
    updated: str


@dataclass(slots=True)
class Repository:
    """`quarantined` tags are listed and cannot be pulled yet."""

    manifests: dict[str, Manifest] = field(default_factory=dict)
    blobs: dict[str, bytes] = field(default_factory=dict)
    tags: dict[str, Tag] = field(default_factory=dict)
    quarantined: set[str] = field(default_factory=set)


class RegistryStore:
    """Safe to share between threads. Times are those of ACR: UTC with up to seven digits, none twice."""

    def __init__(self) -> None:
        self.repositories: dict[str, Repository] = {}
        self.lock = threading.RLock()
        self._last = datetime(2000, 1, 1, tzinfo=UTC)

    def image(self, repository: str, *, text: str, config_type: str = IMAGE_CONFIG) -> Manifest:
        """Store an image whose one layer is `text`, and return its manifest, which has no tag yet."""
        config = json.dumps(
            {"architecture": "amd64", "os": "linux", "created": "2026-01-01T00:00:00Z", "label": text}
        )
        layer = text.encode()
        with self.lock:
            found = self.repositories.setdefault(repository, Repository())
            for blob in (config.encode(), layer):
                found.blobs[digest_of(blob)] = blob
            body = {
                "schemaVersion": 2,
                "mediaType": OCI_MANIFEST,
                "config": _descriptor(config_type, config.encode()),
                "layers": [_descriptor(_LAYER, layer)],
            }
            return self.put(repository, Manifest(OCI_MANIFEST, json.dumps(body).encode()))

    def put(self, repository: str, manifest: Manifest, tag: str = "") -> Manifest:
        """Store a manifest, and let a tag point to it."""
        with self.lock:
            found = self.repositories.setdefault(repository, Repository())
            found.manifests[manifest.digest] = manifest
            if tag:
                now, before = self._now(), found.tags.get(tag)
                found.tags[tag] = Tag(manifest.digest, before.created if before else now, now)
            return manifest

    def find(self, repository: str, reference: str) -> Manifest | None:
        """By tag or by digest."""
        with self.lock:
            found = self.repositories.get(repository)
            if found is None or reference in found.quarantined:
                return None
            tag = found.tags.get(reference)
            return found.manifests.get(tag.digest if tag else reference)

    def tags(self, repository: str) -> dict[str, Tag]:
        with self.lock:
            return dict(self.repositories[repository].tags)

    def _now(self) -> str:
        self._last = max(datetime.now(UTC), self._last + timedelta(microseconds=1))
        return self._last.strftime("%Y-%m-%dT%H:%M:%S.%f").rstrip("0").rstrip(".") + "Z"


def digest_of(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def _descriptor(media_type: str, data: bytes) -> dict[str, object]:
    return {"mediaType": media_type, "digest": digest_of(data), "size": len(data)}
