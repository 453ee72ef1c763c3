"""The ports of a home, with a recorder around everything that writes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from shared.domain.manifests.manifest import Manifest
from shared.domain.manifests.resource_type import ResourceType
from shared.homes import AzurePorts, Ports
from shared.ports.blob_store import BlobStore
from shared.ports.clock import Clock
from shared.ports.cluster_connector import Cluster, ClusterConnector
from shared.ports.cluster_objects import FIELD_MANAGER, ClusterObjects, ObjectPage, PatchKind, Propagation
from shared.ports.document_store import Document, DocumentPage, DocumentStore
from shared.ports.lease import Lease, Leases
from shared.ports.work_queue import WorkQueue
from shared.settings import Settings, StateHome
from tests.scenarios.kill.recorder import Recorder
from tests.scenarios.kill.waiting import Waiting


def recorded_ports(settings: Settings, recorder: Recorder, waiting: Waiting, clock: Clock) -> Ports:
    """The ports of either home."""
    sqlite = settings.state is StateHome.SQLITE
    ports = Ports(settings) if sqlite else AzurePorts(settings, recorder.request)
    ports.clock = clock
    ports.documents = RecordingDocuments(ports.documents, recorder)
    ports.blobs = RecordingBlobs(ports.blobs, recorder)
    ports.work = RecordingSends(ports.work, "work", recorder, waiting)
    ports.leases = RecordingLeases(ports.leases, recorder)
    ports.connector = RecordingConnector(ports.connector, recorder)
    return ports


@dataclass(frozen=True)
class RecordingDocuments:
    inner: DocumentStore
    recorder: Recorder

    def get(self, partition: str, key: str) -> Document | None:
        return self.inner.get(partition, key)

    def put(self, document: Document) -> Document:
        with self.recorder.effect("document put", f"{document.partition} {document.key}"):
            return self.inner.put(document)

    def delete(self, document: Document) -> None:
        with self.recorder.effect("document delete", f"{document.partition} {document.key}"):
            self.inner.delete(document)

    def scan(self, partition: str, *, prefix: str = "", limit: int = 1000, token: str = "") -> DocumentPage:
        return self.inner.scan(partition, prefix=prefix, limit=limit, token=token)


@dataclass(frozen=True)
class RecordingBlobs:
    inner: BlobStore
    recorder: Recorder

    def get(self, name: str) -> bytes | None:
        return self.inner.get(name)

    def exists(self, name: str) -> bool:
        return self.inner.exists(name)

    def list(self, prefix: str) -> Iterator[str]:
        return self.inner.list(prefix)

    def put(self, name: str, data: bytes) -> None:
        with self.recorder.effect("blob put", name):
            self.inner.put(name, data)

    def delete(self, name: str) -> None:
        with self.recorder.effect("blob delete", name):
            self.inner.delete(name)


@dataclass(frozen=True)
class RecordingSends:
    inner: WorkQueue
    name: str
    recorder: Recorder
    waiting: Waiting

    def send(self, text: str, delay: timedelta = timedelta(0)) -> None:
        with self.recorder.effect("queue send", f"{self.name} {subject_of(text)}"):
            self.inner.send(text, delay)
            self.waiting.sent(self.name, text, delay)


@dataclass(frozen=True)
class RecordingLeases:
    inner: Leases
    recorder: Recorder

    def acquire(self, name: str, seconds: int = 60) -> Lease | None:
        with self.recorder.effect("lease acquire", name):
            return self.inner.acquire(name, seconds)

    def renew(self, lease: Lease) -> bool:
        with self.recorder.effect("lease renew", lease.name):
            return self.inner.renew(lease)

    def release(self, lease: Lease) -> None:
        with self.recorder.effect("lease release", lease.name):
            self.inner.release(lease)


@dataclass(frozen=True)
class RecordingConnector:
    inner: ClusterConnector
    recorder: Recorder

    def connect(self, reference: str) -> Cluster:
        cluster = self.inner.connect(reference)
        return replace(cluster, objects=RecordingObjects(cluster.objects, self.recorder))


@dataclass(frozen=True)
class RecordingObjects:
    """A dry run is no effect."""

    inner: ClusterObjects
    recorder: Recorder

    def get(self, type: ResourceType, namespace: str, name: str) -> Manifest | None:
        return self.inner.get(type, namespace, name)

    def list_pages(
        self,
        type: ResourceType,
        *,
        namespace: str = "",
        label_selector: str = "",
        field_selector: str = "",
        page_size: int = 500,
    ) -> Iterator[ObjectPage]:
        return self.inner.list_pages(
            type,
            namespace=namespace,
            label_selector=label_selector,
            field_selector=field_selector,
            page_size=page_size,
        )

    def apply(
        self,
        type: ResourceType,
        manifest: Manifest,
        *,
        dry_run: bool = False,
        force: bool = True,
        manager: str = FIELD_MANAGER,
    ) -> Manifest:
        if dry_run:
            return self.inner.apply(type, manifest, dry_run=True, force=force, manager=manager)
        with self.recorder.effect("cluster apply", _named(type, manifest)):
            return self.inner.apply(type, manifest, force=force, manager=manager)

    def create(self, type: ResourceType, manifest: Manifest) -> Manifest:
        with self.recorder.effect("cluster create", _named(type, manifest)):
            return self.inner.create(type, manifest)

    def patch(
        self, type: ResourceType, namespace: str, name: str, patch: Any, kind: PatchKind = PatchKind.MERGE
    ) -> Manifest:
        with self.recorder.effect("cluster patch", f"{type.kind} {namespace}/{name}"):
            return self.inner.patch(type, namespace, name, patch, kind)

    def delete(
        self,
        type: ResourceType,
        namespace: str,
        name: str,
        *,
        propagation: Propagation = Propagation.FOREGROUND,
        uid: str = "",
    ) -> bool:
        with self.recorder.effect("cluster delete", f"{type.kind} {namespace}/{name}"):
            return self.inner.delete(type, namespace, name, propagation=propagation, uid=uid)


def subject_of(text: str) -> str:
    """What a message is about, without what differs from run to run."""
    body = json.loads(text)
    return str(body.get("subject") or f"{body['repo_url']} {body['ref']}")


def _named(type: ResourceType, manifest: Manifest) -> str:
    metadata = manifest["metadata"]
    return f"{type.kind} {metadata.get('namespace', '')}/{metadata['name']}"
