"""ExternalSecrets and stores that an Application renders: they live in our store, not in the cluster."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from shared.domain.manifests.manifest import Manifest, metadata_of
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.manifests.resource_type import ResourceType
from shared.domain.secrets.external_secret import KIND, CreationPolicy, ExternalSecret
from shared.domain.secrets.secret_ref import SecretRef
from shared.domain.secrets.secret_state import shown_status
from shared.domain.secrets.secret_store import CLUSTER_STORE, GROUP, STORE, VaultStore
from shared.domain.secrets.target_secret import is_owned
from shared.domain.specs.app_ref import AppRef
from shared.domain.specs.application import Application
from shared.domain.specs.destination import Destination
from shared.errors import ConflictError, InvalidSpecError, NotFoundError
from shared.services.application_rows import ApplicationRows
from shared.services.clusters import Clusters, ConnectedCluster
from shared.services.secret_rows import SecretRows, StoredSecret, StoredStore
from shared.services.wake_secrets import WakeSecrets

SECRET_TYPE = ResourceType("", "v1", "Secret", "secrets", namespaced=True)
_KINDS = frozenset({KIND, STORE, CLUSTER_STORE})


def is_hosted_secret(key: ResourceKey) -> bool:
    """Is this one of the kinds of external-secrets.io that are taken over?"""
    return key.group == GROUP and key.kind in _KINDS


class HostedSecrets:
    """Every method is safe to run twice. `parent` is the Application: its destination says which cluster."""

    def __init__(
        self,
        rows: SecretRows,
        wake: WakeSecrets,
        applications: ApplicationRows,
        clusters: Clusters,
        installation: Callable[[], str],
    ) -> None:
        self._rows, self._wake = rows, wake
        self._applications, self._clusters, self._installation = applications, clusters, installation

    def live(self, parent: AppRef, keys: Collection[ResourceKey]) -> dict[ResourceKey, Manifest]:
        """Those that exist and are this parent's, with their status in External Secrets' words."""
        if not keys:
            return {}
        cluster = self._cluster(parent).key
        found: dict[ResourceKey, Manifest] = {}
        for key in keys:
            if key.kind == KIND:
                secret = self._rows.get(SecretRef(cluster, key.namespace, key.name))
                if secret is not None and secret.parent == parent:
                    found[key] = _shown(secret.manifest, shown_status(secret.state))
            else:
                store = self._rows.store(StoredStore(cluster, key.kind, key.namespace, key.name))
                if store is not None and store.parent == parent:
                    found[key] = _shown(store.manifest, _VALID)
        return found

    def apply(self, parent: AppRef, manifest: Manifest) -> str:
        """Create or update one of them and wake what it concerns; return what was done in kubectl's words.

        Raises InvalidSpecError for one that is wrong, ConflictError for one of another Application.
        """
        place = self._destination(parent)
        cluster = self._clusters.at(place).key
        if manifest["kind"] == KIND:
            return self._apply_secret(parent, cluster, place, manifest)
        return self._apply_store(parent, cluster, manifest)

    def remove(self, parent: AppRef, key: ResourceKey) -> None:
        """Forget one of them; the Secret goes with the ExternalSecret that owns it.

        Raises UnavailableError while its cluster is away: then nothing is forgotten.
        """
        connected = self._cluster(parent)
        if key.kind != KIND:
            store = self._rows.store(StoredStore(connected.key, key.kind, key.namespace, key.name))
            if store is not None and store.parent == parent:
                self._rows.remove_store(store)
            return
        stored = self._rows.get(SecretRef(connected.key, key.namespace, key.name))
        if stored is None or stored.parent != parent:
            return
        for name in {stored.state.target, _target(stored.manifest)} - {""}:
            self._delete_owned(connected, key, name)
        self._rows.remove(stored)

    def targets(self, parent: AppRef, keys: Iterable[ResourceKey]) -> dict[ResourceKey, ResourceKey]:
        """ExternalSecret → the Secret that goes with it."""
        wanted = [key for key in keys if key.kind == KIND]
        found: dict[ResourceKey, ResourceKey] = {}
        for key, manifest in self.live(parent, wanted).items():
            secret = _parsed(manifest)
            if secret is not None and secret.creation is CreationPolicy.OWNER:
                found[key] = ResourceKey("", "Secret", key.namespace, secret.target)
        return found

    def _apply_secret(self, parent: AppRef, cluster: str, place: Destination, manifest: Manifest) -> str:
        parsed = ExternalSecret.parse(manifest)
        ref = SecretRef(cluster, parsed.namespace, parsed.name)
        name = f"externalsecret.{GROUP}/{parsed.name}"
        found = self._rows.get(ref)
        if found is None:
            wake = self._wake.fresh()
            self._rows.put(StoredSecret(ref, manifest, parent, place, wake=wake))
            self._wake.send(ref, wake)
            return f"{name} created"
        self._require_ours(f"ExternalSecret {parsed.namespace}/{parsed.name}", found.parent, parent)
        if (found.manifest, found.parent, found.destination) == (manifest, parent, place):
            return f"{name} unchanged"
        wake = self._wake.fresh()
        updated = replace(
            found,
            manifest=manifest,
            parent=parent,
            destination=place,
            generation=found.generation + 1,
            wake=wake,
        )
        self._rows.put(updated)
        self._wake.send(ref, wake)
        return f"{name} configured"

    def _apply_store(self, parent: AppRef, cluster: str, manifest: Manifest) -> str:
        parsed = VaultStore.parse(manifest)
        place = StoredStore(cluster, parsed.kind, parsed.namespace, parsed.name)
        name = f"{parsed.kind.lower()}.{GROUP}/{parsed.name}"
        found = self._rows.store(place)
        if found is not None:
            self._require_ours(f"{parsed.kind} {parsed.name}", found.parent, parent)
            if (found.manifest, found.parent) == (manifest, parent):
                return f"{name} unchanged"
        self._rows.put_store(
            replace(place, manifest=manifest, parent=parent, etag=found.etag if found else None)
        )
        self._wake_users(parsed, cluster)
        return f"{name} {'configured' if found else 'created'}"

    def _wake_users(self, store: VaultStore, cluster: str) -> None:
        for stored in self._rows.all(cluster):
            secret = _parsed(stored.manifest)
            ours = store.namespace in ("", stored.ref.namespace)
            if secret is not None and ours and secret.store == (store.kind, store.name):
                self._wake(stored.ref, whole=True)

    def _require_ours(self, subject: str, owner: AppRef, parent: AppRef) -> None:
        """What an Application that is gone has left behind may be taken over."""
        if owner != parent and self._applications.application(owner) is not None:
            raise ConflictError(f"{subject} belongs to the application {owner} already")

    def _delete_owned(self, connected: ConnectedCluster, key: ResourceKey, name: str) -> None:
        objects = connected.cluster.objects
        live = objects.get(SECRET_TYPE, key.namespace, name)
        if live is not None and is_owned(live, key.name, self._installation()):
            uid = str(metadata_of(live).get("uid") or "")
            objects.delete(SECRET_TYPE, key.namespace, name, uid=uid)

    def _cluster(self, parent: AppRef) -> ConnectedCluster:
        return self._clusters.at(self._destination(parent))

    def _destination(self, parent: AppRef) -> Destination:
        stored = self._applications.application(parent)
        if stored is None:
            raise NotFoundError(f"Application {parent}: does not exist any more")
        found = Application.parse(stored.manifest).destination
        return Destination("", found.name, found.server)


_VALID: Manifest = {
    "conditions": [{"type": "Ready", "status": "True", "reason": "Valid", "message": "store validated"}],
    "capabilities": "ReadOnly",
}


def _shown(manifest: Manifest, status: Manifest) -> Manifest:
    return {**manifest, "status": status} if status else manifest


def _parsed(manifest: Manifest) -> ExternalSecret | None:
    """None for one that cannot be read any more."""
    try:
        return ExternalSecret.parse(manifest)
    except InvalidSpecError:
        return None


def _target(manifest: Manifest) -> str:
    secret = _parsed(manifest)
    return secret.target if secret is not None else ""
