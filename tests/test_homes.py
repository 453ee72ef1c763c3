"""What each home stands on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.arm.entra import SandboxEntra
from sandbox.arm.server import SandboxArm
from sandbox.vault.server import SandboxVaults
from shared.adapters.azure.blob_store import AzureBlobStore
from shared.adapters.azure.document_store import TableDocumentStore
from shared.adapters.azure.lease import BlobLeases
from shared.adapters.azure.work_queue import AzureWorkQueue
from shared.adapters.system.sealed_credential_file import SealedCredentialFile
from shared.domain.access.secret_text import SecretText
from shared.domain.secrets.vault_access import VaultAccess
from shared.errors import InvalidRequestError, UnavailableError
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
        with pytest.raises(InvalidRequestError, match=r"TIDEGATE_VAULT is not set.* Set it to the address"):
            getattr(found, name)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """A home with a vault of its own, which the managed identity of the environment enters."""
    url = "https://kv-tidegate.vault.azure.net"
    entra = SandboxEntra()
    with SandboxArm(entra) as arm, SandboxVaults(tmp_path / "tls", "kv-tidegate", entra=entra) as vaults:
        for name, value in {**arm.identity, "REQUESTS_CA_BUNDLE": str(vaults.ca_file)}.items():
            monkeypatch.setenv(name, value)
        storage = StorageSettings(client_id="client")
        yield Settings(tmp_path / "home", storage=storage, names=vaults.names, vaults=VaultAccess(own=url))


def test_with_a_vault_secrets_are_there_for_every_process_and_not_on_the_disk(settings: Settings) -> None:
    settings.home.mkdir()
    one, other = ports_of(settings), ports_of(settings)
    with closing(one._database), closing(other._database):
        one.credentials.put("repo", SecretText("hunter2"))
        assert other.credentials.get("repo") == SecretText("hunter2")
        assert other.sealing.open(one.sealing.seal(b"hunter2", "plan"), "plan") == b"hunter2"
        assert one.sealing is one.sealing
    assert {path.name.partition(".")[0] for path in settings.home.iterdir()} == {"tidegate"}
    for ports in (one, other):
        assert ports._own_vault is not None
        ports._own_vault.close()


def test_a_key_that_could_not_be_read_is_asked_for_again(settings: Settings) -> None:
    settings.home.mkdir()
    nowhere = dict.fromkeys(settings.names, "https://127.0.0.1:1")
    found = ports_of(replace(settings, names=nowhere))
    with closing(found._database):
        for _ in range(2):
            with pytest.raises(UnavailableError, match="cannot be reached"):
                _ = found.sealing


def test_without_a_connection_string_an_identity_enters(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, state=StateHome.AZURE, storage=StorageSettings(None, "shopstate"))
    assert AzurePorts(settings).account.blobs.url.rstrip("/") == "https://shopstate.blob.core.windows.net"
