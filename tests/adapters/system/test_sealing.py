"""The key file."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shared.adapters.system.sealing import KeyFileSealing
from shared.errors import UnavailableError


def test_the_key_file_is_made_once_and_private(tmp_path: Path) -> None:
    path = tmp_path / "home" / "key"
    sealed = KeyFileSealing(path).seal(b"x", "c")
    text = path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(bytes.fromhex(text)) == 32
    assert KeyFileSealing(path).open(sealed, "c") == b"x"
    assert path.read_text() == text
    assert list(path.parent.iterdir()) == [path]


def test_of_many_who_start_together_all_have_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        sealings = list(pool.map(lambda _: KeyFileSealing(tmp_path / "key"), range(16)))
    assert len({sealing.fingerprint(b"x") for sealing in sealings}) == 1
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "key"
    KeyFileSealing(path)
    path.chmod(mode)
    with pytest.raises(UnavailableError, match=rf"mode {mode:04o} lets others read it\. Run chmod 600"):
        KeyFileSealing(path)


@pytest.mark.parametrize("text", ["", "00" * 31, "00" * 33, "zz" * 32, "\N{SNOWMAN}"])
def test_a_damaged_key_is_refused_and_not_shown(tmp_path: Path, text: str) -> None:
    path = tmp_path / "key"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(UnavailableError, match="64 hex digits") as refused:
        KeyFileSealing(path)
    assert text == "" or text not in str(refused.value)


def test_a_key_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "key").mkdir()
    with pytest.raises(UnavailableError, match=r"key file .*cannot be read"):
        KeyFileSealing(tmp_path / "key")


def test_the_key_does_not_show_itself(tmp_path: Path) -> None:
    sealing = KeyFileSealing(tmp_path / "key")
    assert (tmp_path / "key").read_text().strip() not in f"{sealing!r} {sealing}"


def test_a_fingerprint_is_not_made_with_the_sealing_key(tmp_path: Path) -> None:
    """Known answers of one key: they must not change, or stored fingerprints and seals lose their meaning."""
    path = tmp_path / "key"
    path.write_text("01" * 32)
    path.chmod(0o600)
    sealing = KeyFileSealing(path)
    assert sealing.fingerprint(b"hunter2") == "efa4d457d7cb5a5a882caa478ce923bc"
    assert (
        sealing.open(
            bytes.fromhex("014bec01a142a845a5dae4b57db733c7ccf058957b622ef6ce6444bf6a6e6b7be7f9a149"), "c"
        )
        == b"hunter2"
    )
