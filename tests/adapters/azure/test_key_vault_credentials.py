"""Credentials in the vault: what instances see of each other, and the vault's limits."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shared.adapters.azure.key_vault_credentials import KeyVaultCredentials
from shared.domain.access.secret_text import SecretText
from shared.errors import InvalidRequestError
from tests.adapters.azure.own_vaults import NAME, OwnVaults, own_vaults


@pytest.fixture
def vaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OwnVaults]:
    with own_vaults(tmp_path, monkeypatch) as made:
        yield made


def test_a_changed_token_counts_at_its_next_use_in_every_instance(vaults: OwnVaults) -> None:
    one, other = KeyVaultCredentials(vaults.open()), KeyVaultCredentials(vaults.open())
    one.put("repo", SecretText("old"))
    assert other.get("repo") == SecretText("old")
    one.put("repo", SecretText("new"))
    assert other.get("repo") == SecretText("new")
    one.delete("repo")
    assert other.get("repo") is None


def test_many_instances_put_a_name_back_that_was_deleted(vaults: OwnVaults) -> None:
    stores = [KeyVaultCredentials(vaults.open()) for _ in range(8)]
    stores[0].put("repo", SecretText("old"))
    stores[0].delete("repo")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: stores[n].put("repo", SecretText(f"new-{n}")), range(8)))
    found = stores[0].get("repo")
    assert found is not None
    assert found.reveal().startswith("new-")
    assert stores[0].names() == ["repo"]


def test_a_value_has_at_most_25_600_bytes(vaults: OwnVaults) -> None:
    store = KeyVaultCredentials(vaults.open())
    store.put("repo", SecretText("é" * 12_800))
    with pytest.raises(
        InvalidRequestError, match=r"Credential repo: has 25602 bytes.* Use a shorter"
    ) as caught:
        store.put("repo", SecretText("é" * 12_801))
    assert "é" not in str(caught.value)
    assert store.get("repo") == SecretText("é" * 12_800)


def test_a_name_longer_than_all_tags_is_refused(vaults: OwnVaults) -> None:
    store = KeyVaultCredentials(vaults.open())
    store.put("n" * 3840, SecretText("x"))
    assert store.names() == ["n" * 3840]
    with pytest.raises(InvalidRequestError, match="too long for the tags"):
        store.put("n" * 3841, SecretText("x"))


def test_other_secrets_of_the_vault_are_no_credentials(vaults: OwnVaults) -> None:
    store = KeyVaultCredentials(vaults.open())
    vaults.sandbox.set(NAME, "github-webhook-secrets", "x", tags={"tidegate-name-1": "repo"})
    vaults.sandbox.set(NAME, "tidegate-credential-of-somebody", "x")
    assert store.names() == []


def test_names_in_the_vault_show_neither_names_nor_values(vaults: OwnVaults) -> None:
    store = KeyVaultCredentials(vaults.open())
    store.put("repository:https://git.example/shop", SecretText("hunter2"))
    paths = {each.path for each in vaults.sandbox.requests}
    assert not any("git.example" in path or "hunter2" in path for path in paths)


def test_a_tag_has_at_most_256_characters(vaults: OwnVaults) -> None:
    KeyVaultCredentials(vaults.open()).put("水" * 100, SecretText("x"))
    ((_, tags),) = vaults.open().tags()
    assert len(tags) == 4
    assert max(map(len, tags.values())) == 256
    assert all(text.isascii() for text in tags.values())
