"""What every SecretVault promises: in memory, and the SDK of Key Vault against the sandbox's vaults."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

import pytest

from sandbox.arm.entra import SandboxCredential
from sandbox.vault.server import SandboxVaults
from shared.adapters.azure.key_vault import KeyVaultSecrets
from shared.adapters.memory.secret_vault import MemoryVaults
from shared.adapters.system.clock import SystemClock
from shared.domain.source.outside_names import located
from shared.errors import NotFoundError, PermissionDeniedError, UnavailableError
from shared.ports.secret_vault import SecretVault

NAME, OTHER = "ai-app-kv", "other-kv"
VAULT, OTHER_VAULT = f"https://{NAME}.vault.azure.net", f"https://{OTHER}.vault.azure.net"


class Vaults(Protocol):
    """The port, and what people do to vaults."""

    port: SecretVault

    def put(self, vault: str, name: str, value: str, **properties: Any) -> str: ...
    def change(self, vault: str, name: str, **properties: Any) -> None: ...
    def delete(self, vault: str, name: str) -> None: ...


class InMemory:
    def __init__(self) -> None:
        self.vaults = MemoryVaults(SystemClock())
        self.port: SecretVault = self.vaults

    def put(self, vault: str, name: str, value: str, **properties: Any) -> str:
        return self.vaults.put(f"https://{vault}.vault.azure.net", name, value, **properties)

    def change(self, vault: str, name: str, **properties: Any) -> None:
        self.vaults.change(f"https://{vault}.vault.azure.net", name, **properties)

    def delete(self, vault: str, name: str) -> None:
        self.vaults.delete(f"https://{vault}.vault.azure.net", name)


class InSandbox:
    def __init__(self, sandbox: SandboxVaults, port: SecretVault) -> None:
        self.sandbox, self.port = sandbox, port

    def put(self, vault: str, name: str, value: str, **properties: Any) -> str:
        return self.sandbox.set(vault, name, value, **properties).id

    def change(self, vault: str, name: str, **properties: Any) -> None:
        self.sandbox.change(vault, name, **properties)

    def delete(self, vault: str, name: str) -> None:
        self.sandbox.delete(vault, name)


@pytest.fixture(params=["memory", "key_vault"])
def vaults(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Vaults]:
    if request.param == "memory":
        yield InMemory()
        return
    with SandboxVaults(tmp_path, NAME, OTHER) as sandbox:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(sandbox.ca_file))
        credential = SandboxCredential(sandbox.entra)
        with closing(KeyVaultSecrets(credential, lambda url: located(url, sandbox.names))) as port:
            yield InSandbox(sandbox, port)


def names(vaults: Vaults, vault: str = VAULT) -> list[str]:
    return [found.name for found in vaults.port.properties(vault)]


def test_a_value_is_what_was_set(vaults: Vaults) -> None:
    vaults.put(NAME, "openai-api-key", "sk-é\n\x00=")
    assert vaults.port.get(VAULT, "openai-api-key").value.reveal() == "sk-é\n\x00="


def test_the_latest_version_counts_and_older_ones_can_be_named(vaults: Vaults) -> None:
    first = vaults.put(NAME, "key", "one")
    second = vaults.put(NAME, "key", "two")
    latest = vaults.port.get(VAULT, "key")
    assert (latest.value.reveal(), latest.properties.version) == ("two", second)
    assert vaults.port.get(VAULT, "key", first).value.reveal() == "one"


def test_names_have_no_case(vaults: Vaults) -> None:
    vaults.put(NAME, "OpenAI-Key", "x")
    assert names(vaults) == ["openai-key"]
    assert vaults.port.get(VAULT, "openai-KEY").properties.name == "openai-key"


def test_a_listing_has_every_secret_once_and_no_versions(vaults: Vaults) -> None:
    wanted = [f"key-{number:03}" for number in range(60)]
    for name in wanted:
        vaults.put(NAME, name, "x")
        vaults.put(NAME, name, "y")
    found = list(vaults.port.properties(VAULT))
    assert sorted(each.name for each in found) == wanted
    assert {each.version for each in found} == {""}


def test_vaults_do_not_mix(vaults: Vaults) -> None:
    vaults.put(NAME, "key", "ours")
    vaults.put(OTHER, "key", "theirs")
    vaults.put(OTHER, "more", "theirs")
    assert names(vaults) == ["key"]
    assert vaults.port.get(OTHER_VAULT, "key").value.reveal() == "theirs"


def test_properties_are_told_by_listing_and_reading_alike(vaults: Vaults) -> None:
    now = SystemClock().now().replace(microsecond=0)
    moments = {"not_before": now - timedelta(days=1), "expires": now + timedelta(days=1)}
    vaults.put(NAME, "key", "x", content_type="text/plain", **moments)
    (listed,) = vaults.port.properties(VAULT)
    read = vaults.port.get(VAULT, "key").properties
    assert (listed.not_before, listed.expires, listed.content_type) == (*moments.values(), "text/plain")
    assert listed.stamp() == read.stamp()
    assert listed.updated is not None
    assert listed.updated.tzinfo is not None


def test_a_secret_that_is_not_there_is_not_found(vaults: Vaults) -> None:
    vaults.put(NAME, "other", "x")
    with pytest.raises(NotFoundError, match=f"Secret missing-key in vault {VAULT}: Secret does not exist"):
        vaults.port.get(VAULT, "missing-key")


def test_a_deleted_secret_is_neither_listed_nor_read(vaults: Vaults) -> None:
    vaults.put(NAME, "key", "x")
    vaults.put(NAME, "stays", "x")
    vaults.delete(NAME, "key")
    assert names(vaults) == ["stays"]
    with pytest.raises(NotFoundError):
        vaults.port.get(VAULT, "key")


def test_a_disabled_secret_is_listed_and_refused(vaults: Vaults) -> None:
    vaults.put(NAME, "key", "the-old-value")
    vaults.put(NAME, "key", "the-new-value")
    vaults.change(NAME, "key", enabled=False)
    (listed,) = vaults.port.properties(VAULT)
    assert not listed.enabled
    with pytest.raises(PermissionDeniedError, match=r"disabled.*Enable its latest version") as caught:
        vaults.port.get(VAULT, "key")
    assert "value" not in str(caught.value).replace("Secret key in vault", "")


def test_a_secret_that_is_not_valid_yet_is_refused(vaults: Vaults) -> None:
    vaults.put(NAME, "key", "x", not_before=SystemClock().now() + timedelta(hours=1))
    with pytest.raises(PermissionDeniedError, match="not yet valid"):
        vaults.port.get(VAULT, "key")


def test_an_expired_secret_is_read_and_says_so(vaults: Vaults) -> None:
    now = SystemClock().now()
    vaults.put(NAME, "key", "x", expires=now - timedelta(hours=1))
    found = vaults.port.get(VAULT, "key")
    assert found.value.reveal() == "x"
    assert found.properties.expired(now)


def test_no_text_form_of_a_secret_shows_its_value(vaults: Vaults) -> None:
    vaults.put(NAME, "key", "canary-value")
    found = vaults.port.get(VAULT, "key")
    assert "canary-value" not in f"{found!r} {found} {found.value!r} {found.value}"


@pytest.fixture
def sandboxed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InSandbox]:
    with SandboxVaults(tmp_path, NAME) as sandbox:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(sandbox.ca_file))
        credential = SandboxCredential(sandbox.entra)
        with closing(KeyVaultSecrets(credential, lambda url: located(url, sandbox.names))) as port:
            yield InSandbox(sandbox, port)


def test_a_thousand_names_are_forty_pages_and_at_most_one_challenge(sandboxed: InSandbox) -> None:
    for number in range(1000):
        sandboxed.put(NAME, f"key-{number}", "x")
    assert len(names(sandboxed)) == 1000
    answered = [each.status for each in sandboxed.sandbox.requests]
    assert answered.count(200) == 40
    assert answered.count(401) <= 1, "the SDK remembers challenges for the whole process"


def test_a_throttled_vault_is_unavailable_for_as_long_as_it_says(sandboxed: InSandbox) -> None:
    sandboxed.put(NAME, "key", "x")
    names(sandboxed)
    before = len(sandboxed.sandbox.requests)
    sandboxed.sandbox.throttle(1, retry_after_seconds=17)
    with pytest.raises(UnavailableError, match="throttled") as caught:
        sandboxed.port.get(VAULT, "key")
    assert caught.value.retry_after_seconds == 17
    assert len(sandboxed.sandbox.requests) == before + 1, "nobody waits here, nobody asks again"


@pytest.mark.parametrize(
    ("refused", "words"),
    [("rbac", "role Key Vault Secrets User"), ("firewall", "through the vault's firewall")],
)
def test_a_refusal_says_what_to_do(sandboxed: InSandbox, refused: str, words: str) -> None:
    sandboxed.put(NAME, "key", "x")
    sandboxed.sandbox.refuse(refused)
    with pytest.raises(PermissionDeniedError, match=words):
        sandboxed.port.get(VAULT, "key")
    with pytest.raises(PermissionDeniedError, match=words):
        names(sandboxed)


def test_a_broken_vault_is_unavailable(sandboxed: InSandbox) -> None:
    sandboxed.sandbox.break_down()
    with pytest.raises(UnavailableError, match=f"Secret key in vault {VAULT}: answers 503"):
        sandboxed.port.get(VAULT, "key")


def test_a_vault_that_is_nowhere_is_unavailable(sandboxed: InSandbox) -> None:
    nowhere = "https://nowhere-kv.vault.azure.net"
    port = KeyVaultSecrets(SandboxCredential(sandboxed.sandbox.entra), lambda _: "https://127.0.0.1:1")
    with closing(port), pytest.raises(UnavailableError, match=f"in vault {nowhere}: cannot be reached"):
        port.get(nowhere, "key")


def test_a_revoked_token_is_replaced_within_the_request(sandboxed: InSandbox) -> None:
    sandboxed.put(NAME, "key", "x")
    names(sandboxed)
    sandboxed.sandbox.entra.revoke()
    credential = SandboxCredential(sandboxed.sandbox.entra)
    with closing(KeyVaultSecrets(credential, lambda url: located(url, sandboxed.sandbox.names))) as port:
        assert port.get(VAULT, "key").value.reveal() == "x"


def test_a_server_of_another_name_gets_no_token(sandboxed: InSandbox, tmp_path: Path) -> None:
    """The certificate is one for vaults; what claims to be another host is not believed."""
    written = "https://ai-app-kv.vault.azure.cn"
    place = next(iter(sandboxed.sandbox.names.values()))
    issued = len(sandboxed.sandbox.entra.issued)
    port = KeyVaultSecrets(SandboxCredential(sandboxed.sandbox.entra), lambda _: place)
    with closing(port), pytest.raises(UnavailableError):
        port.get(written, "key")
    assert len(sandboxed.sandbox.entra.issued) == issued
