"""The promises of the credential_store port, kept by each adapter."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shared.adapters.azure.key_vault_credentials import KeyVaultCredentials
from shared.adapters.memory.credential_store import MemoryCredentialStore
from shared.adapters.system.sealed_credential_file import SealedCredentialFile
from shared.adapters.system.sealing import KeyFileSealing
from shared.domain.access.secret_text import SecretText
from shared.ports.credential_store import CredentialStore
from tests.adapters.azure.own_vaults import own_vaults


@pytest.fixture(params=["sealed file", "memory", "key vault"])
def credentials(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[CredentialStore]:
    if request.param == "key vault":
        with own_vaults(tmp_path, monkeypatch) as vaults:
            yield KeyVaultCredentials(vaults.open())
    elif request.param == "memory":
        yield MemoryCredentialStore()
    else:
        yield SealedCredentialFile(tmp_path / "credentials.json", KeyFileSealing(tmp_path / "key"))


@pytest.mark.parametrize("name", ["repo-1", "https://git.example/a?b#c%2F", "ü/水", "long/" * 200])
@pytest.mark.parametrize("value", ["hunter2", "", "line\nline", "ü水\U0001f6a2"])
def test_a_value_comes_back_under_its_name(credentials: CredentialStore, name: str, value: str) -> None:
    credentials.put(name, SecretText(value))
    found = credentials.get(name)
    assert found is not None
    assert found.reveal() == value


def test_what_was_never_put_is_none(credentials: CredentialStore) -> None:
    assert credentials.get("repo-1") is None
    assert credentials.names() == []
    credentials.delete("repo-1")


def test_the_last_put_counts(credentials: CredentialStore) -> None:
    credentials.put("repo-1", SecretText("old"))
    credentials.put("repo-1", SecretText("new"))
    assert credentials.get("repo-1") == SecretText("new")


def test_a_deleted_value_is_gone(credentials: CredentialStore) -> None:
    credentials.put("repo-1", SecretText("x"))
    credentials.put("repo-2", SecretText("y"))
    credentials.delete("repo-1")
    assert credentials.get("repo-1") is None
    assert credentials.names() == ["repo-2"]


def test_a_deleted_value_can_be_put_again(credentials: CredentialStore) -> None:
    credentials.put("repo-1", SecretText("old"))
    for value in ("newer", "newest"):
        credentials.delete("repo-1")
        credentials.put("repo-1", SecretText(value))
        assert credentials.get("repo-1") == SecretText(value)
        assert credentials.names() == ["repo-1"]


def test_names_that_differ_in_case_only_are_two(credentials: CredentialStore) -> None:
    credentials.put("repo", SecretText("lower"))
    credentials.put("REPO", SecretText("upper"))
    credentials.delete("repo")
    assert credentials.get("REPO") == SecretText("upper")


def test_names_are_in_order(credentials: CredentialStore) -> None:
    for name in ("b", "a", "C"):
        credentials.put(name, SecretText(name))
    assert credentials.names() == ["C", "a", "b"]


def test_no_value_shows_in_a_repr(credentials: CredentialStore) -> None:
    credentials.put("repo-1", SecretText("hunter2"))
    assert "hunter2" not in f"{credentials!r} {credentials} {credentials.get('repo-1')!r}"


def test_no_write_of_many_threads_is_lost(credentials: CredentialStore) -> None:
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda n: credentials.put(f"{n:02}", SecretText(str(n))), range(32)))
    assert credentials.names() == [f"{n:02}" for n in range(32)]
    assert credentials.get("17") == SecretText("17")
