"""The promises of the blob_store port, kept by each adapter."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shared.adapters.azure.blob_store import AzureBlobStore
from shared.adapters.memory.blob_store import MemoryBlobStore
from shared.adapters.sqlite.blob_store import DiskBlobStore
from shared.ports.blob_store import BlobStore

NAMES = [
    "plain",
    "desired/3f2c",
    "a b/c",
    "100%",
    "%2F",
    "ü/水",
    "..hidden",
    "a=b",
    "=3f/x",
    "=unfinished",
    "a\\b",
    "~",
]


@pytest.fixture(params=["disk", "memory", "azure"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path, own_name: str) -> BlobStore:
    if request.param == "azure":
        return AzureBlobStore(request.getfixturevalue("storage"), own_name)
    return DiskBlobStore(tmp_path / "blobs") if request.param == "disk" else MemoryBlobStore()


@pytest.mark.parametrize("name", NAMES)
def test_bytes_come_back_under_any_name(blobs: BlobStore, name: str) -> None:
    data = bytes(range(256)) * 10
    blobs.put(name, data)
    assert blobs.get(name) == data
    assert blobs.exists(name)
    assert list(blobs.list("")) == [name]


def test_what_was_never_put_is_none(blobs: BlobStore) -> None:
    assert blobs.get("tree/none") is None
    assert not blobs.exists("tree/none")
    blobs.delete("tree/none")


def test_no_bytes_are_bytes(blobs: BlobStore) -> None:
    blobs.put("empty", b"")
    assert blobs.get("empty") == b""
    assert blobs.exists("empty")


def test_the_last_put_counts(blobs: BlobStore) -> None:
    blobs.put("tree/1", b"old, and longer")
    blobs.put("tree/1", b"new")
    assert blobs.get("tree/1") == b"new"
    assert list(blobs.list("")) == ["tree/1"]


def test_a_deleted_blob_is_gone_and_can_come_back(blobs: BlobStore) -> None:
    blobs.put("tree/1", b"x")
    blobs.delete("tree/1")
    assert blobs.get("tree/1") is None
    assert list(blobs.list("")) == []
    blobs.put("tree/1", b"y")
    assert blobs.get("tree/1") == b"y"


def test_a_name_may_go_on_where_another_ends(blobs: BlobStore) -> None:
    for name in ("a", "a/b", "a/b/c"):
        blobs.put(name, name.encode())
    assert [blobs.get(name) for name in ("a", "a/b", "a/b/c")] == [b"a", b"a/b", b"a/b/c"]
    blobs.delete("a/b")
    assert list(blobs.list("a")) == ["a", "a/b/c"]


def test_list_is_in_order_and_takes_the_prefix_literally(blobs: BlobStore) -> None:
    names = ["desired/b", "desired/a", "desired2/a", "desired", "plan/a", "desired/sub/c", "desired/%61"]
    for name in names:
        blobs.put(name, b"")
    assert list(blobs.list("")) == sorted(names)
    assert list(blobs.list("desired/")) == ["desired/%61", "desired/a", "desired/b", "desired/sub/c"]
    assert list(blobs.list("desired/s")) == ["desired/sub/c"]
    assert list(blobs.list("desir")) == sorted(name for name in names if name.startswith("desir"))
    assert list(blobs.list("nothing/here")) == []
    assert list(blobs.list("../")) == []


@pytest.mark.parametrize("name", ["", "/etc/passwd", "..", "../up", "a/../../up", "a//b", "a/", "./a", "a/."])
def test_a_name_cannot_leave_the_store(blobs: BlobStore, tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="segment"):
        blobs.put(name, b"x")
    with pytest.raises(ValueError, match="segment"):
        blobs.get(name)
    assert not (tmp_path / "up").exists()


def test_a_reader_never_sees_a_part(blobs: BlobStore) -> None:
    wholes = {bytes([letter]) * 200_000 for letter in b"abcd"}
    blobs.put("tree", next(iter(wholes)))

    def write(data: bytes) -> None:
        for _ in range(5):
            blobs.put("tree", data)

    with ThreadPoolExecutor(5) as pool:
        writers = [pool.submit(write, data) for data in wholes]
        while not all(writer.done() for writer in writers):
            assert blobs.get("tree") in wholes
    assert [writer.exception() for writer in writers] == [None] * len(wholes)


def test_many_writers_of_many_names_do_not_meet(blobs: BlobStore) -> None:
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda n: blobs.put(f"tree/{n}/x", str(n).encode()), range(64)))
    assert {int(blobs.get(name) or b"-1") for name in blobs.list("tree/")} == set(range(64))
