"""Settings → ports: what Tidegate stands on in each home. The only file that knows every adapter.

Everything is made when it is first used: importing this costs nothing.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from shared.errors import InvalidRequestError
from shared.settings import Settings, StateHome

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.adapters.azure.aks_credentials import AksCredentials
    from shared.adapters.azure.entra_tokens import Credential
    from shared.adapters.azure.own_vault import OwnVault
    from shared.adapters.azure.storage_account import StorageAccount, StorageCall
    from shared.adapters.kubernetes.kubeconfig import KubeconfigCredentials
    from shared.adapters.sqlite.database import SqliteDatabase
    from shared.domain.access.secret_text import SecretText
    from shared.domain.specs.aks_id import AksId
    from shared.ports.blob_store import BlobStore
    from shared.ports.clock import Clock
    from shared.ports.cluster_connector import ClusterConnector
    from shared.ports.cluster_credentials import ClusterCredentials
    from shared.ports.commit_api import CommitApi
    from shared.ports.counters import Counters
    from shared.ports.credential_store import CredentialStore
    from shared.ports.document_store import DocumentStore
    from shared.ports.git_repository import GitRepository
    from shared.ports.image_registry import ImageRegistry
    from shared.ports.lease import Leases
    from shared.ports.manifest_tool import ManifestTool
    from shared.ports.queue_gauge import GaugedQueue
    from shared.ports.random import Random
    from shared.ports.sealing import Sealing
    from shared.ports.secret_vault import SecretVault
    from shared.ports.work_queue import WorkQueue

_REGISTRY_SCOPE = "https://containerregistry.azure.net/.default"
_NO_VAULT = (
    "Settings: TIDEGATE_VAULT is not set, and TIDEGATE_STATE is azure: what one instance has on its disk, no "
    "other has. Set it to the address of a Key Vault, https://NAME.vault.azure.net/"
)


def ports_of(settings: Settings) -> Ports:
    """The home that the settings choose."""
    return Ports(settings) if settings.state is StateHome.SQLITE else AzurePorts(settings)


def storage_account(
    settings: Settings, on_call: Callable[[StorageCall], None] | None = None
) -> StorageAccount:
    """The storage account of the settings; `on_call` is told of every request to it."""
    from shared.adapters.azure.storage_account import StorageAccount

    storage = settings.storage
    if storage.connection:
        return StorageAccount.by_connection(storage.connection, on_call=on_call)
    return StorageAccount.by_identity(storage.account, storage.client_id, on_call=on_call)


class Ports:
    """The embedded home: SQLite, the local disk, a kubeconfig. Another home overrides what differs."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def clock(self) -> Clock:
        from shared.adapters.system.clock import SystemClock

        return SystemClock()

    @cached_property
    def random(self) -> Random:
        from shared.adapters.system.random import SystemRandom

        return SystemRandom()

    @cached_property
    def documents(self) -> DocumentStore:
        from shared.adapters.sqlite.document_store import SqliteDocumentStore

        return SqliteDocumentStore(self._database)

    @cached_property
    def blobs(self) -> BlobStore:
        from shared.adapters.sqlite.blob_store import DiskBlobStore

        return DiskBlobStore(self.settings.home / "blobs")

    @cached_property
    def work(self) -> WorkQueue:
        return self.queue("work")

    def queue(self, name: str) -> GaugedQueue:
        """A queue that a function is fed by: to send to, and to see how much waits in it."""
        from shared.adapters.sqlite.work_queue import SqliteWorkQueue

        return SqliteWorkQueue(self._database, name, self.clock)

    @cached_property
    def counters(self) -> Counters:
        from shared.adapters.memory.counters import MemoryCounters

        # Source: Argo CD controller/metrics/metrics.go
        return MemoryCounters({"argocd_app_reconcile": (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)})

    @cached_property
    def leases(self) -> Leases:
        from shared.adapters.sqlite.lease import SqliteLeases

        return SqliteLeases(self._database, self.clock)

    @cached_property
    def sealing(self) -> Sealing:
        """The key is read at the first use and kept. Raises UnavailableError: the next use tries again."""
        from shared.adapters.system.aes_sealing import AesSealing
        from shared.adapters.system.sealing import KeyFileSealing

        if self._own_vault is None:
            return KeyFileSealing(self.settings.home / "sealing.key")
        from shared.adapters.azure.vault_sealing_key import VaultSealingKey

        return AesSealing(VaultSealingKey(self._own_vault, self.documents).read())

    @cached_property
    def credentials(self) -> CredentialStore:
        from shared.adapters.system.sealed_credential_file import SealedCredentialFile

        if self._own_vault is None:
            return SealedCredentialFile(self.settings.home / "credentials.json", self.sealing)
        from shared.adapters.azure.key_vault_credentials import KeyVaultCredentials

        return KeyVaultCredentials(self._own_vault)

    @cached_property
    def git(self) -> GitRepository:
        from shared.adapters.git.git_repository import LibgitRepository
        from shared.domain.source.outside_names import located
        from shared.services.repository_credentials import RepositoryCredentials

        names = self.settings.names
        return LibgitRepository(
            self.settings.home / "git",
            RepositoryCredentials(self.documents, self.credentials),
            lambda url: located(url, names),
        )

    @cached_property
    def commits(self) -> CommitApi:
        from shared.adapters.git.commit_push import PushedCommits
        from shared.adapters.github.commit_api import GitHubCommits
        from shared.domain.source.outside_names import located
        from shared.services.chained_commits import ChainedCommits
        from shared.services.repository_credentials import RepositoryCredentials

        known, names = RepositoryCredentials(self.documents, self.credentials), self.settings.names
        folder, clock = self.settings.home / "git", self.clock
        return ChainedCommits(
            lambda: GitHubCommits(clock, known, lambda url: located(url, names)),
            lambda: PushedCommits(folder, clock, known, lambda url: located(url, names)),
        )

    @cached_property
    def images(self) -> ImageRegistry:
        from shared.adapters.azure.entra_tokens import EntraTokens
        from shared.adapters.registry.image_registry import OciImageRegistry
        from shared.domain.source.outside_names import located
        from shared.services.repository_credentials import RepositoryCredentials

        known, names = RepositoryCredentials(self.documents, self.credentials), self.settings.names

        def identity() -> SecretText:
            return EntraTokens(self._identity, self.clock).token(_REGISTRY_SCOPE).text

        return OciImageRegistry(
            self.clock,
            identity=identity,
            credential=lambda host: known(f"https://{host}/"),
            where=lambda url: located(url, names),
        )

    @cached_property
    def tool(self) -> ManifestTool:
        from shared.adapters.tools.manifest_tool import KubetoolsManifestTool

        return KubetoolsManifestTool(self.settings.kubetools, children=self.settings.render_children)

    @cached_property
    def connector(self) -> ClusterConnector:
        from shared.adapters.kubernetes.cluster_connector import KubernetesConnector

        return KubernetesConnector(self.cluster_access, self.settings.names)

    @cached_property
    def cluster_access(self) -> ClusterCredentials:
        from shared.services.chained_credentials import ChainedCredentials

        return ChainedCredentials(lambda: self._kubeconfig, lambda: self._aks)

    def cluster_references(self) -> list[tuple[str, str]]:
        """(context, server) of the kubeconfig; none where there is no kubeconfig."""
        if self.settings.kubeconfig is None and not self._kubeconfig_path.exists():
            return []
        return self._kubeconfig.servers()

    def server_of(self, reference: str) -> str:
        """The server URL of a context or an AKS cluster, as people write it."""
        return self.cluster_access.access(reference).server

    def tagged_clusters(self) -> list[AksId]:
        """The AKS clusters of our subscriptions that bear the tag of the settings."""
        wanted = self.settings.discovery
        found = self._aks.discover(wanted.subscriptions, wanted.tag, wanted.value)
        return [cluster.id for cluster in found]

    @cached_property
    def _kubeconfig_path(self) -> Path:
        return self.settings.kubeconfig or Path.home() / ".kube" / "config"

    @cached_property
    def _kubeconfig(self) -> KubeconfigCredentials:
        from shared.adapters.kubernetes.kubeconfig import KubeconfigCredentials

        return KubeconfigCredentials(self._kubeconfig_path)

    @cached_property
    def vault(self) -> SecretVault:
        """The Key Vaults that the stores of ExternalSecrets name."""
        from shared.adapters.azure.key_vault import KeyVaultSecrets
        from shared.domain.source.outside_names import located

        names = self.settings.names
        return KeyVaultSecrets(self._identity, lambda url: located(url, names))

    @cached_property
    def _own_vault(self) -> OwnVault | None:
        """The vault of our own secrets; None keeps them in files. On Azure there is one, or an error."""
        if not self.settings.vaults.own:
            if self.settings.state is StateHome.AZURE:
                raise InvalidRequestError(_NO_VAULT)
            return None
        from shared.adapters.azure.own_vault import OwnVault
        from shared.adapters.azure.vault_clients import VaultClients
        from shared.domain.source.outside_names import located

        names = self.settings.names
        clients = VaultClients(self._identity, lambda url: located(url, names))
        return OwnVault(self.settings.vaults.own, clients)

    @cached_property
    def _identity(self) -> Credential:
        from shared.adapters.azure.entra_tokens import app_identity

        return app_identity(self.settings.storage.client_id)

    @cached_property
    def _aks(self) -> AksCredentials:
        from shared.adapters.azure.aks_arm import PUBLIC_ARM, AksArm
        from shared.adapters.azure.aks_credentials import AksCredentials
        from shared.adapters.azure.entra_tokens import EntraTokens
        from shared.domain.source.outside_names import located

        identity = self._identity
        arm = AksArm(identity, located(f"{PUBLIC_ARM}/", self.settings.names).rstrip("/"))
        return AksCredentials(arm, EntraTokens(identity, self.clock), self.documents, self.clock)

    @cached_property
    def _database(self) -> SqliteDatabase:
        from shared.adapters.sqlite.database import SqliteDatabase

        return SqliteDatabase(self.settings.home / "tidegate.db")


class AzurePorts(Ports):
    """State in an Azure Storage account, or in Azurite; `on_call` is told of every request to it."""

    def __init__(self, settings: Settings, on_call: Callable[[StorageCall], None] | None = None) -> None:
        super().__init__(settings)
        self._on_call = on_call

    @cached_property
    def account(self) -> StorageAccount:
        return storage_account(self.settings, self._on_call)

    @cached_property
    def documents(self) -> DocumentStore:
        from shared.adapters.azure.document_store import TableDocumentStore

        return TableDocumentStore(self.account)

    @cached_property
    def blobs(self) -> BlobStore:
        from shared.adapters.azure.blob_store import AzureBlobStore

        return AzureBlobStore(self.account)

    def queue(self, name: str) -> GaugedQueue:
        from shared.adapters.azure.work_queue import AzureWorkQueue

        return AzureWorkQueue(self.account, name)

    @cached_property
    def leases(self) -> Leases:
        from shared.adapters.azure.lease import BlobLeases

        return BlobLeases(self.account)
