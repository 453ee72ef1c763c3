"""Trees as content-addressed files."""

from __future__ import annotations

import json
from pathlib import Path

import pygit2
import pytest

from shared.adapters.git.extract import (
    differing_files,
    object_at,
    read_tree,
    remove_unreachable,
    write_atomically,
    write_extract,
)
from shared.errors import UnavailableError


@pytest.fixture
def objects_dir(tmp_path: Path) -> Path:
    return tmp_path / "objects"


class Trees:
    """Writes trees into a repository of its own and extracts them."""

    def __init__(self, directory: Path, objects_dir: Path) -> None:
        self.repo = pygit2.init_repository(directory, bare=True)
        self.objects_dir = objects_dir

    def tree(self, **entries: bytes | str) -> str:
        """Make a tree of blobs (bytes) and trees (ids)."""
        builder = self.repo.TreeBuilder()
        for name, content in entries.items():
            if isinstance(content, bytes):
                builder.insert(name, self.repo.create_blob(content), pygit2.enums.FileMode.BLOB)
            else:
                builder.insert(name, content, pygit2.enums.FileMode.TREE)
        return str(builder.write())

    def extracted(self, **entries: bytes | str) -> str:
        oid = self.tree(**entries)
        write_extract(self.repo, oid, self.objects_dir)
        return oid

    def path(self, oid: str) -> Path:
        return self.objects_dir / oid[:2] / oid[2:]


@pytest.fixture
def trees(tmp_path: Path, objects_dir: Path) -> Trees:
    return Trees(tmp_path / "repo.git", objects_dir)


def test_a_tree_is_written_after_everything_below_it(trees: Trees) -> None:
    lost = trees.repo.create_blob(b"lost")
    inner = trees.tree(a=b"a", z=b"lost")
    root = trees.tree(before=b"1", inner=inner)
    loose = Path(trees.repo.path, "objects", str(lost)[:2], str(lost)[2:])
    loose.chmod(0o600)
    loose.unlink()
    repo = pygit2.Repository(trees.repo.path)
    with pytest.raises(KeyError):
        write_extract(repo, root, trees.objects_dir)
    assert not trees.path(root).exists()
    assert not trees.path(inner).exists()
    repo.create_blob(b"lost")
    write_extract(repo, root, trees.objects_dir)
    assert object_at(trees.objects_dir, root, "inner/z") == str(lost)


def test_a_known_tree_is_not_looked_into(trees: Trees) -> None:
    inner = trees.extracted(a=b"a")
    blob = trees.path(object_at(trees.objects_dir, inner, "a"))
    blob.unlink()
    trees.extracted(inner=inner)
    assert not blob.exists()


def test_one_object_under_two_names_is_one_file(trees: Trees) -> None:
    inner = trees.tree(a=b"same")
    root = trees.extracted(one=inner, two=inner, three=b"same")
    assert object_at(trees.objects_dir, root, "one/a") == object_at(trees.objects_dir, root, "three")
    assert len(list(trees.objects_dir.glob("??/*"))) == 3


def test_a_very_deep_tree_is_no_problem(trees: Trees) -> None:
    oid = trees.tree(file=b"deep")
    for _ in range(1500):
        oid = trees.tree(d=oid)
    write_extract(trees.repo, oid, trees.objects_dir)
    assert object_at(trees.objects_dir, oid, "d/" * 1500 + "file")
    assert list(differing_files(trees.objects_dir, oid, trees.extracted(other=b""))) != []


def test_a_name_that_is_no_text_does_no_harm(trees: Trees) -> None:
    blob = trees.repo.create_blob(b"x").raw
    oid = str(trees.repo.write(pygit2.enums.ObjectType.TREE, b"100644 caf\xe9\x00" + blob))
    write_extract(trees.repo, oid, trees.objects_dir)
    assert list(read_tree(trees.objects_dir, oid)) == ["caf\udce9"]
    assert json.loads(trees.path(oid).read_text())


def test_files_become_directories_and_back(trees: Trees) -> None:
    before = trees.extracted(a=b"file", b=trees.tree(x=b"1", y=b"2"), same=trees.tree(k=b"k"))
    after = trees.extracted(a=trees.tree(new=b"3"), b=b"now a file", same=trees.tree(k=b"k"))
    assert sorted(differing_files(trees.objects_dir, before, after)) == ["a", "a/new", "b", "b/x", "b/y"]


def test_files_are_read_only_and_nothing_temporary_stays(trees: Trees) -> None:
    root = trees.extracted(a=b"1", b=b"2")
    assert trees.path(root).stat().st_mode & 0o777 == 0o444
    assert not list(trees.objects_dir.rglob(".*"))


def test_writing_twice_leaves_the_last(tmp_path: Path) -> None:
    target = tmp_path / "new" / "directory" / "file"
    write_atomically(str(target), b"one")
    write_atomically(str(target), b"two" * 1_000_000)
    assert target.read_bytes() == b"two" * 1_000_000


def test_a_tree_that_was_removed_is_an_error_not_an_empty_tree(objects_dir: Path) -> None:
    with pytest.raises(UnavailableError, match="Fetch the commit again"):
        read_tree(objects_dir, "12" * 20)


def test_what_no_kept_tree_has_is_removed(trees: Trees) -> None:
    shared_tree = trees.tree(a=b"kept")
    kept = trees.extracted(both=shared_tree, own=b"mine")
    gone = trees.extracted(both=shared_tree, other=trees.tree(b=b"gone"))
    assert remove_unreachable(trees.objects_dir, [kept]) == 3
    assert not trees.path(gone).exists()
    assert object_at(trees.objects_dir, kept, "both/a") != ""
    assert remove_unreachable(trees.objects_dir, [kept]) == 0


def test_where_nothing_was_extracted_nothing_is_removed(objects_dir: Path) -> None:
    assert remove_unreachable(objects_dir, []) == 0
