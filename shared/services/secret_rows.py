"""ExternalSecrets, their stores, and the index from vaults to them, in and out of the document store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from shared.domain.manifests.manifest import Manifest
from shared.domain.secrets.secret_ref import SecretRef
from shared.domain.secrets.secret_state import SecretState
from shared.domain.specs.app_ref import AppRef
from shared.domain.specs.destination import Destination
from shared.errors import ConflictError
from shared.ports.document_store import Document, DocumentStore
from shared.services.document_rows import scan

_SECRETS, _STORES = "external-secrets", "secret-stores"
_SCHEMA = 1


@dataclass(frozen=True, slots=True)
class SecretWake:
    """What is asked for next: `names` are to be read again, with `whole` all of them.

    `token` "" means that nothing is asked for. The message is due at `due`.
    """

    token: str = ""
    due: datetime | None = None
    names: tuple[str, ...] = ()
    whole: bool = False
    traceparent: str = ""


@dataclass(frozen=True, slots=True)
class StoredSecret:
    """An ExternalSecret as written, whose it is, and what is known of it. No value is in it.

    `destination` is how the parent names the cluster: it is served on when the parent leaves it behind.
    """

    ref: SecretRef
    manifest: Manifest
    parent: AppRef
    destination: Destination
    generation: int = 1
    state: SecretState = SecretState()
    wake: SecretWake = SecretWake()
    etag: str | None = None


@dataclass(frozen=True, slots=True)
class StoredStore:
    """A SecretStore or ClusterSecretStore; the latter has the namespace ""."""

    cluster: str
    kind: str
    namespace: str
    name: str
    manifest: Manifest = field(default_factory=dict)
    parent: AppRef = AppRef("", "")
    etag: str | None = None

    @property
    def key(self) -> str:
        return f"{self.cluster}/{self.kind}/{self.namespace}/{self.name}"


_WAKES = msgspec.json.Decoder(SecretWake)  # learnt while one thread is alone: see secret_state.py


class SecretRows:
    """Raises ConflictError where somebody wrote first, UnavailableError where the store is away."""

    def __init__(self, documents: DocumentStore) -> None:
        self._documents = documents

    def get(self, ref: SecretRef) -> StoredSecret | None:
        document = self._documents.get(_SECRETS, str(ref))
        return _stored_secret(document) if document else None

    def all(self, cluster: str = "") -> Iterator[StoredSecret]:
        """Every ExternalSecret, in order; of one cluster where one is said."""
        prefix = f"{cluster}/" if cluster else ""
        return (_stored_secret(document) for document in scan(self._documents, _SECRETS, prefix))

    def put(self, stored: StoredSecret) -> StoredSecret:
        body = {
            "schema": _SCHEMA,
            "manifest": stored.manifest,
            "parent": str(stored.parent),
            "destination": {"name": stored.destination.name, "server": stored.destination.server},
            "generation": stored.generation,
            "state": msgspec.to_builtins(stored.state),
            "wake": msgspec.to_builtins(stored.wake),
        }
        return _stored_secret(self._documents.put(Document(_SECRETS, str(stored.ref), body, stored.etag)))

    def remove(self, stored: StoredSecret) -> None:
        """Forget it, and what the index says of it."""
        self.index(stored.ref, stored.state.vault, stored.state.followed, "", ())
        self._documents.delete(Document(_SECRETS, str(stored.ref), {}, stored.etag))

    def store(self, place: StoredStore) -> StoredStore | None:
        """The store at this place, with its manifest."""
        document = self._documents.get(_STORES, place.key)
        return _stored_store(document) if document else None

    def put_store(self, stored: StoredStore) -> StoredStore:
        body = {"schema": _SCHEMA, "manifest": stored.manifest, "parent": str(stored.parent)}
        return _stored_store(self._documents.put(Document(_STORES, stored.key, body, stored.etag)))

    def remove_store(self, stored: StoredStore) -> None:
        self._documents.delete(Document(_STORES, stored.key, {}, stored.etag))

    def index(
        self, ref: SecretRef, before: str, old: tuple[str, ...], vault: str, new: tuple[str, ...]
    ) -> None:
        """Have events of `vault` about `new` lead here, and those of the vault before no more.

        Safe to run twice; an entry too many only makes us look.
        """
        gone = {(before, name) for name in old if before} - {(vault, name) for name in new}
        for place, name in sorted(gone):
            document = self._documents.get(_partition(place), f"{name}/{ref}")
            if document is not None:
                self._documents.delete(document)
        for name in new:
            with suppress(ConflictError):  # it is there already
                self._documents.put(Document(_partition(vault), f"{name}/{ref}", {}))

    def using(self, vault: str, name: str) -> list[SecretRef]:
        """Who reads this secret of this vault."""
        found = scan(self._documents, _partition(vault), f"{name}/")
        return [SecretRef.parse(document.key.removeprefix(f"{name}/")) for document in found]


def _partition(vault: str) -> str:
    return f"vault:{vault.removeprefix('https://')}"


def _stored_secret(document: Document) -> StoredSecret:
    body = document.body
    return StoredSecret(
        SecretRef.parse(document.key),
        body["manifest"],
        AppRef.parse(body["parent"]),
        Destination("", body["destination"]["name"], body["destination"]["server"]),
        int(body["generation"]),
        msgspec.convert(body["state"], SecretState),
        msgspec.convert(body["wake"], SecretWake),
        document.etag,
    )


def _stored_store(document: Document) -> StoredStore:
    cluster, kind, namespace, name = document.key.split("/")
    parent = AppRef.parse(document.body["parent"])
    return StoredStore(cluster, kind, namespace, name, document.body["manifest"], parent, document.etag)
