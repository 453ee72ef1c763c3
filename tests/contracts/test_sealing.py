"""The promises of the sealing port."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shared.adapters.azure.vault_sealing_key import VaultSealingKey
from shared.adapters.memory.document_store import MemoryDocumentStore
from shared.adapters.system.aes_sealing import AesSealing
from shared.adapters.system.sealing import KeyFileSealing
from shared.ports.sealing import Sealing
from tests.adapters.azure.own_vaults import NAME, OTHER, OwnVaults, own_vaults

Install = Callable[[str], Sealing]


@pytest.fixture(params=["key file", "key vault"])
def install(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Install]:
    """Makes an installation of this name, or another process of it."""
    if request.param == "key file":
        yield lambda name: KeyFileSealing(tmp_path / name)
        return
    with own_vaults(tmp_path, monkeypatch) as vaults:
        yield in_vaults(vaults)


def in_vaults(vaults: OwnVaults) -> Install:
    documents = {NAME: MemoryDocumentStore(), OTHER: MemoryDocumentStore()}
    return lambda name: AesSealing(VaultSealingKey(vaults.open(name), documents[name]).read())


@pytest.fixture
def sealing(install: Install) -> Sealing:
    return install(NAME)


def test_what_one_process_sealed_the_next_one_opens(install: Install, sealing: Sealing) -> None:
    assert install(NAME).open(sealing.seal(b"hunter2", "plan/1"), "plan/1") == b"hunter2"
    assert install(NAME).fingerprint(b"hunter2") == sealing.fingerprint(b"hunter2")


@pytest.mark.parametrize("data", [b"", b"x", bytes(range(256)) * 400])
def test_sealed_bytes_open_to_the_same_bytes(sealing: Sealing, data: bytes) -> None:
    assert sealing.open(sealing.seal(data, "plan/1"), "plan/1") == data


def test_sealed_bytes_do_not_show_what_they_hold(sealing: Sealing) -> None:
    assert b"hunter2" not in sealing.seal(b"password: hunter2", "plan/1")


def test_no_two_seals_are_equal(sealing: Sealing) -> None:
    assert sealing.seal(b"same", "plan/1") != sealing.seal(b"same", "plan/1")


def test_sealed_bytes_open_in_their_context_only(sealing: Sealing) -> None:
    sealed = sealing.seal(b"hunter2", "credential:a")
    with pytest.raises(ValueError, match="credential:b"):
        sealing.open(sealed, "credential:b")


def test_any_changed_byte_is_noticed(sealing: Sealing) -> None:
    sealed = sealing.seal(b"hunter2", "c")
    for place in range(len(sealed)):
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(ValueError, match="sealed bytes for c"):
            sealing.open(changed, "c")


@pytest.mark.parametrize("foreign", [b"", b"\x01", b"\x01short", b"plain text that nobody sealed at all"])
def test_what_was_never_sealed_does_not_open(sealing: Sealing, foreign: bytes) -> None:
    with pytest.raises(ValueError, match="sealed bytes for c"):
        sealing.open(foreign, "c")


def test_another_key_opens_nothing(install: Install, sealing: Sealing) -> None:
    with pytest.raises(ValueError, match="another key"):
        install(OTHER).open(sealing.seal(b"x", "c"), "c")


def test_equal_data_have_equal_fingerprints_with_one_key_only(install: Install, sealing: Sealing) -> None:
    other = install(OTHER)
    assert sealing.fingerprint(b"hunter2") == sealing.fingerprint(b"hunter2")
    assert sealing.fingerprint(b"hunter2") != sealing.fingerprint(b"hunter3")
    assert sealing.fingerprint(b"hunter2") != other.fingerprint(b"hunter2")


def test_a_fingerprint_is_32_hex_digits(sealing: Sealing) -> None:
    assert len(bytes.fromhex(sealing.fingerprint(b""))) == 16
