"""What the disk sees of credentials."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from shared.adapters.system.sealed_credential_file import SealedCredentialFile
from shared.adapters.system.sealing import KeyFileSealing
from shared.domain.access.secret_text import SecretText
from shared.errors import UnavailableError

ROOT = Path(__file__).parents[3]


def opened(home: Path) -> SealedCredentialFile:
    return SealedCredentialFile(home / "credentials.json", KeyFileSealing(home / "key"))


def test_names_are_seen_and_values_are_not(tmp_path: Path) -> None:
    opened(tmp_path).put("repo-1", SecretText("hunter2"))
    text = (tmp_path / "credentials.json").read_text()
    assert "repo-1" in text
    assert "hunter2" not in text
    assert "aHVudGVyMg" not in text


def test_every_file_is_private_and_nothing_half_written_stays(tmp_path: Path) -> None:
    credentials = opened(tmp_path)
    for value in "abc":
        credentials.put("repo-1", SecretText(value))
    assert {path.name for path in tmp_path.iterdir()} == {"credentials.json", "credentials.json.lock", "key"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


def test_values_are_there_after_a_new_start(tmp_path: Path) -> None:
    opened(tmp_path).put("repo-1", SecretText("hunter2"))
    assert opened(tmp_path).get("repo-1") == SecretText("hunter2")


def test_a_value_cannot_be_moved_to_another_name(tmp_path: Path) -> None:
    opened(tmp_path).put("repo-1", SecretText("hunter2"))
    path = tmp_path / "credentials.json"
    stored = json.loads(path.read_text())
    stored["values"]["repo-2"] = stored["values"]["repo-1"]
    path.write_text(json.dumps(stored))
    with pytest.raises(UnavailableError, match="credential repo-2"):
        opened(tmp_path).get("repo-2")


def test_values_of_another_key_are_named_with_the_way_out(tmp_path: Path) -> None:
    opened(tmp_path).put("repo-1", SecretText("hunter2"))
    (tmp_path / "key").unlink()
    with pytest.raises(UnavailableError, match=r"credential repo-1 .*Put the key file back"):
        opened(tmp_path).get("repo-1")
    assert opened(tmp_path).names() == ["repo-1"]


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"values": 1}'])
def test_a_damaged_file_is_named_and_not_overwritten(tmp_path: Path, text: str) -> None:
    path = tmp_path / "credentials.json"
    path.write_text(text)
    with pytest.raises(UnavailableError, match=r"credentials\.json: is not ours or damaged"):
        opened(tmp_path).put("repo-1", SecretText("x"))
    assert path.read_text() == text


def test_no_write_of_many_processes_is_lost(tmp_path: Path) -> None:
    script = """
import sys
from pathlib import Path
from tests.adapters.system.test_sealed_credential_file import opened
from shared.domain.access.secret_text import SecretText
for n in range(10):
    opened(Path(sys.argv[1])).put(f"{sys.argv[2]}-{n}", SecretText(str(n)))
"""
    processes = [
        subprocess.Popen([sys.executable, "-c", script, str(tmp_path), str(number)], cwd=ROOT)
        for number in range(3)
    ]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    assert len(opened(tmp_path).names()) == 30
