"""Tidegate's own vault: what it refuses, and names that are not free yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sandbox.arm.entra import SandboxCredential
from shared.adapters.azure.own_vault import OwnVault
from shared.adapters.azure.vault_clients import VaultClients
from shared.domain.access.secret_text import SecretText
from shared.errors import UnavailableError
from tests.adapters.azure.own_vaults import NAME, URL, OwnVaults, own_vaults

VALUE, TAGS = SecretText("canary-value"), {"kind": "test"}
CALLS: dict[str, Callable[[OwnVault], object]] = {
    "get": lambda vault: vault.get("key"),
    "put": lambda vault: vault.put("key", VALUE, TAGS),
    "delete": lambda vault: vault.delete("key"),
    "tags": lambda vault: list(vault.tags()),
}
every_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)


@pytest.fixture
def vaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OwnVaults]:
    with own_vaults(tmp_path, monkeypatch) as made:
        made.open().put("key", VALUE, TAGS)
        yield made


@every_call
@pytest.mark.parametrize(
    ("refused", "words"),
    [("rbac", "the role Key Vault Secrets Officer on the vault"), ("firewall", "the vault's firewall")],
)
def test_who_is_not_let_in_is_told_the_way_and_may_come_again(
    vaults: OwnVaults, call: Callable[[OwnVault], object], refused: str, words: str
) -> None:
    vaults.sandbox.refuse(refused)
    with pytest.raises(UnavailableError, match=words) as caught:
        call(vaults.open())
    assert URL in str(caught.value)
    assert "canary" not in str(caught.value)


@every_call
def test_a_throttled_vault_is_not_asked_again_before_it_wants(
    vaults: OwnVaults, call: Callable[[OwnVault], object]
) -> None:
    vault = vaults.open()
    vault.get("other")
    before = len(vaults.sandbox.requests)
    vaults.sandbox.throttle(1, retry_after_seconds=17)
    with pytest.raises(UnavailableError, match="throttled") as caught:
        call(vault)
    assert caught.value.retry_after_seconds == 17
    assert len(vaults.sandbox.requests) == before + 1


@every_call
def test_a_broken_vault_is_unavailable(vaults: OwnVaults, call: Callable[[OwnVault], object]) -> None:
    vaults.sandbox.break_down()
    with pytest.raises(UnavailableError, match="answers 503"):
        call(vaults.open())


@every_call
def test_nobody_there_is_unavailable(vaults: OwnVaults, call: Callable[[OwnVault], object]) -> None:
    clients = VaultClients(SandboxCredential(vaults.sandbox.entra), lambda _: "https://127.0.0.1:1")
    with closing(OwnVault(URL, clients)) as vault, pytest.raises(UnavailableError, match="cannot be reached"):
        call(vault)


@pytest.mark.parametrize("settling", [0, 1, 5])
def test_a_name_that_was_deleted_is_recovered_before_it_is_set(vaults: OwnVaults, settling: int) -> None:
    vaults.sandbox.settle_after(settling)
    vault = vaults.open()
    vault.delete("key")
    assert vault.get("key") is None
    vault.put("key", SecretText("new"), TAGS)
    found = vault.get("key")
    assert found is not None
    assert (found.value.reveal(), found.tags) == ("new", TAGS)
    assert len(vaults.pauses) == 2 * settling + 1
    assert set(vaults.pauses) == {1.0}


def test_what_was_deleted_does_not_come_back_with_the_name(vaults: OwnVaults) -> None:
    """Between recovering and setting, another instance looks; or ours dies there."""
    vaults.sandbox.settle_after(0)
    vaults.open().delete("key")
    vaults.sandbox.recover(NAME, "key")
    found = vaults.open().get("key")
    assert found is not None
    assert (found.value.reveal(), found.tags) == ("", {})


def test_a_name_that_is_never_free_is_given_up(vaults: OwnVaults) -> None:
    vaults.sandbox.settle_after(1000)
    vault = vaults.open()
    vault.delete("key")
    with pytest.raises(UnavailableError, match=r"still being deleted or recovered. Try again") as caught:
        vault.put("key", VALUE, TAGS)
    assert caught.value.retry_after_seconds == 60
    assert sum(vaults.pauses) == 20


def test_a_disabled_secret_is_named_and_can_be_deleted(vaults: OwnVaults) -> None:
    vaults.sandbox.change(NAME, "key", enabled=False)
    with pytest.raises(UnavailableError, match=r"its latest version is disabled.* Enable it"):
        vaults.open().get("key")
    vaults.open().delete("key")
    assert vaults.open().get("key") is None


def test_deleting_twice_is_no_error_and_makes_nothing(vaults: OwnVaults) -> None:
    for name in ("key", "never-there"):
        vaults.open().delete(name)
        vaults.open().delete(name)
    assert list(vaults.open().tags()) == []


def test_a_deletion_that_broke_off_is_finished_by_the_next(vaults: OwnVaults) -> None:
    vaults.sandbox.set(NAME, "key", "")
    vaults.open().delete("key")
    assert vaults.sandbox.versions(NAME, "key") == []


def test_a_list_has_every_name_once_and_no_value_is_read(vaults: OwnVaults) -> None:
    for number in range(60):
        vaults.sandbox.set(NAME, f"more-{number}", "x", tags={"number": str(number)})
    before = len(vaults.sandbox.requests)
    found = dict(vaults.open().tags())
    assert found == {"key": TAGS, **{f"more-{number}": {"number": str(number)} for number in range(60)}}
    asked = [each.path for each in vaults.sandbox.requests[before:] if each.status == 200]
    assert asked == ["/secrets", "/secrets", "/secrets"]
