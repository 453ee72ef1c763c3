"""What the disk sees of blobs."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from shared.adapters.sqlite.blob_store import DiskBlobStore
from shared.errors import UnavailableError


def files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def test_every_file_is_private_and_under_the_root(tmp_path: Path) -> None:
    blobs = DiskBlobStore(tmp_path / "blobs")
    for name in ("a", "a/b", "%2e%2e/x", "...", "a\\..\\b", "..."):
        blobs.put(name, b"x")
    found = files(tmp_path)
    assert len(found) == 5
    assert all(path.is_relative_to(tmp_path / "blobs") for path in found)
    assert {stat.S_IMODE(path.stat().st_mode) for path in found} == {0o600}
    assert stat.S_IMODE((tmp_path / "blobs").stat().st_mode) == 0o700


def test_many_blobs_are_spread_over_folders(tmp_path: Path) -> None:
    blobs = DiskBlobStore(tmp_path)
    for number in range(200):
        blobs.put(f"tree/{number}", b"")
    assert len({path.parent for path in files(tmp_path)}) > 64


def test_what_a_killed_process_left_half_written_is_swept(tmp_path: Path) -> None:
    DiskBlobStore(tmp_path)
    ended = os.spawnlp(os.P_NOWAIT, "true", "true")
    os.waitpid(ended, 0)
    left, running = tmp_path / "=unfinished" / f"{ended}-x", tmp_path / "=unfinished" / f"{os.getpid()}-x"
    left.write_bytes(b"half")
    running.write_bytes(b"half")
    assert list(DiskBlobStore(tmp_path).list("")) == []
    assert not left.exists()
    assert running.exists()


def test_a_put_that_fails_leaves_nothing_half_written(tmp_path: Path) -> None:
    blobs = DiskBlobStore(tmp_path)
    (tmp_path / "tree").write_text("a file where a folder should be")
    with pytest.raises(UnavailableError, match=r"blob store, put tree/1"):
        blobs.put("tree/1", b"x")
    assert list((tmp_path / "=unfinished").iterdir()) == []


def test_a_segment_too_long_for_the_disk_is_a_callers_bug(tmp_path: Path) -> None:
    blobs = DiskBlobStore(tmp_path)
    blobs.put("a" * 240, b"x")
    assert list(blobs.list("a" * 240)) == ["a" * 240]
    with pytest.raises(ValueError, match="longer than 240 bytes"):
        blobs.put("ü" * 41, b"x")


def test_a_root_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UnavailableError, match="blob store, open"):
        DiskBlobStore(tmp_path / "file")
