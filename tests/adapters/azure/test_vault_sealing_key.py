"""The sealing key in the vault: one for all instances, whoever comes first, and never another one."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from shared.adapters.azure.own_vault import OwnSecret, OwnVault
from shared.adapters.azure.vault_sealing_key import SECRET, VaultSealingKey
from shared.adapters.memory.document_store import MemoryDocumentStore
from shared.errors import UnavailableError
from shared.ports.document_store import Document
from tests.adapters.azure.own_vaults import NAME, OTHER, OwnVaults, own_vaults

INSTANCES = 16


class MeetingStore(MemoryDocumentStore):
    """Whoever looks for the row at first waits until all have looked: the worst moment to start in."""

    def __init__(self, parties: int) -> None:
        super().__init__()
        self._all_looked, self._met = Barrier(parties), False

    def get(self, partition: str, key: str) -> Document | None:
        found = super().get(partition, key)
        if found is None and not self._met:
            self._all_looked.wait(30)
            self._met = True
        return found


@pytest.fixture
def vaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OwnVaults]:
    with own_vaults(tmp_path, monkeypatch) as made:
        yield made


def test_of_many_instances_that_find_no_row_all_have_one_key(vaults: OwnVaults) -> None:
    documents = MeetingStore(INSTANCES)
    instances = [VaultSealingKey(vaults.open(), documents) for _ in range(INSTANCES)]
    with ThreadPoolExecutor(INSTANCES) as pool:
        keys = list(pool.map(lambda instance: instance.read(), instances))
    (version,) = [each for each in vaults.sandbox.versions(NAME, SECRET) if each.value == keys[0].hex()]
    assert set(keys) == {bytes.fromhex(version.value)}
    assert [row.body["version"] for row in documents.scan("sealing").documents] == [version.id]


def test_of_many_instances_that_find_no_secret_all_have_one_key(vaults: OwnVaults) -> None:
    """All have seen that there is none, so all make one: as many versions, and still one key."""
    documents = MemoryDocumentStore()
    alone = Barrier(INSTANCES)

    class MeetingVault(OwnVault):
        def get(self, name: str, version: str = "") -> OwnSecret | None:
            found = super().get(name, version)
            if not version:
                alone.wait(30)
            return found

    def instance(_: int) -> VaultSealingKey:
        vault = vaults.open()
        return VaultSealingKey(MeetingVault(vault.url, vault._clients), documents)

    instances = [instance(number) for number in range(INSTANCES)]
    with ThreadPoolExecutor(INSTANCES) as pool:
        keys = set(pool.map(lambda each: each.read(), instances))
    assert len(keys) == 1
    assert len(vaults.sandbox.versions(NAME, SECRET)) == INSTANCES


def test_a_later_version_is_not_taken(vaults: OwnVaults) -> None:
    documents = MemoryDocumentStore()
    before = VaultSealingKey(vaults.open(), documents).read()
    vaults.sandbox.set(NAME, SECRET, "0b" * 32)
    assert VaultSealingKey(vaults.open(), documents).read() == before


def test_a_key_that_a_person_set_beforehand_is_taken(vaults: OwnVaults) -> None:
    vaults.sandbox.set(NAME, SECRET, "0a" * 32)
    assert VaultSealingKey(vaults.open(), MemoryDocumentStore()).read() == b"\n" * 32
    assert len(vaults.sandbox.versions(NAME, SECRET)) == 1


def test_a_store_that_was_lost_finds_the_key_again(vaults: OwnVaults) -> None:
    before = VaultSealingKey(vaults.open(), MemoryDocumentStore()).read()
    assert VaultSealingKey(vaults.open(), MemoryDocumentStore()).read() == before


def test_what_is_no_key_is_refused_unshown_and_never_named(vaults: OwnVaults) -> None:
    documents = MemoryDocumentStore()
    vaults.sandbox.set(NAME, SECRET, "canary-no-key")
    with pytest.raises(
        UnavailableError, match=r"does not hold 64 hex digits. Set a version that does"
    ) as caught:
        VaultSealingKey(vaults.open(), documents).read()
    assert "canary" not in str(caught.value)
    vaults.sandbox.set(NAME, SECRET, "0a" * 32)
    assert VaultSealingKey(vaults.open(), documents).read() == b"\n" * 32


def test_a_key_that_was_deleted_is_named_and_found_again_when_it_is_recovered(vaults: OwnVaults) -> None:
    documents = MemoryDocumentStore()
    before = VaultSealingKey(vaults.open(), documents).read()
    (version,) = vaults.sandbox.versions(NAME, SECRET)
    vaults.sandbox.delete(NAME, SECRET)
    words = f"version {version.id} of the secret {SECRET} is not in the vault .* Recover the secret"
    with pytest.raises(UnavailableError, match=words):
        VaultSealingKey(vaults.open(), documents).read()
    vaults.sandbox.recover(NAME, SECRET)
    assert VaultSealingKey(vaults.open(), documents).read() == before


def test_no_new_key_takes_the_place_of_one_that_is_gone_for_good(vaults: OwnVaults) -> None:
    documents = MemoryDocumentStore()
    VaultSealingKey(vaults.open(), documents).read()
    vaults.sandbox.delete(NAME, SECRET)
    vaults.sandbox.purge(NAME, SECRET)
    with pytest.raises(UnavailableError, match="is not in the vault"):
        VaultSealingKey(vaults.open(), documents).read()
    assert vaults.sandbox.versions(NAME, SECRET) == []


def test_an_empty_store_recovers_a_deleted_secret_and_makes_a_new_key(vaults: OwnVaults) -> None:
    vaults.sandbox.set(NAME, SECRET, "0a" * 32)
    vaults.sandbox.delete(NAME, SECRET)
    key = VaultSealingKey(vaults.open(), MemoryDocumentStore()).read()
    assert [each.value for each in vaults.sandbox.versions(NAME, SECRET)] == ["0a" * 32, key.hex()]


def test_a_disabled_version_is_named_with_what_to_do(vaults: OwnVaults) -> None:
    documents = MemoryDocumentStore()
    VaultSealingKey(vaults.open(), documents).read()
    (version,) = vaults.sandbox.versions(NAME, SECRET)
    vaults.sandbox.change(NAME, SECRET, version=version.id, enabled=False)
    with pytest.raises(UnavailableError, match=f"its version {version.id} is disabled.* Enable it"):
        VaultSealingKey(vaults.open(), documents).read()


def test_another_vault_is_told_from_the_one_that_has_the_key(vaults: OwnVaults) -> None:
    documents = MemoryDocumentStore()
    VaultSealingKey(vaults.open(), documents).read()
    words = f"not in the vault https://{OTHER}.* was made in https://{NAME}.* set TIDEGATE_VAULT to the vault"
    with pytest.raises(UnavailableError, match=words):
        VaultSealingKey(vaults.open(OTHER), documents).read()
