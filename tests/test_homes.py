"""What each home stands on."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.adapters.azure.blob_store import AzureBlobStore
from shared.adapters.azure.document_store import TableDocumentStore
from shared.adapters.azure.lease import BlobLeases
from shared.adapters.azure.work_queue import AzureWorkQueue
from shared.adapters.system.sealed_credential_file import SealedCredentialFile
from shared.domain.access.secret_text import SecretText
from shared.errors import UnavailableError
from shared.homes import AzurePorts, Ports, ports_of
from shared.settings import Settings, StateHome, StorageSettings

CONNECTION = StorageSettings(SecretText("UseDevelopmentStorage=true"))


def ports(home: Path, state: StateHome) -> Ports:
    return ports_of(Settings(home=home, state=state, storage=CONNECTION))


def test_the_settings_choose_the_home(tmp_path: Path) -> None:
    assert type(ports(tmp_path, StateHome.SQLITE)) is Ports
    assert type(ports(tmp_path, StateHome.AZURITE)) is AzurePorts
    assert type(ports(tmp_path, StateHome.AZURE)) is AzurePorts


def test_in_azurite_state_is_in_storage_and_secrets_in_a_sealed_file(tmp_path: Path) -> None:
    found = ports(tmp_path, StateHome.AZURITE)
    assert isinstance(found.documents, TableDocumentStore)
    assert isinstance(found.blobs, AzureBlobStore)
    assert isinstance(found.work, AzureWorkQueue)
    assert isinstance(found.leases, BlobLeases)
    assert isinstance(found.credentials, SealedCredentialFile)
    assert found.documents is found.documents


def test_on_azure_no_secret_goes_to_an_instances_own_disk(tmp_path: Path) -> None:
    found = ports(tmp_path, StateHome.AZURE)
    for name in ("sealing", "credentials"):
        with pytest.raises(UnavailableError, match="Key Vault"):
            getattr(found, name)
    assert list(tmp_path.iterdir()) == []


def test_without_a_connection_string_an_identity_enters(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, state=StateHome.AZURE, storage=StorageSettings(None, "shopstate"))
    assert AzurePorts(settings).account.blobs.url.rstrip("/") == "https://shopstate.blob.core.windows.net"
