"""What the disk keeps, and that it stays bounded."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest

from sandbox.git.committer import WorkingCopy
from sandbox.git.server import SandboxGit
from shared.adapters.git.git_repository import LibgitRepository
from shared.adapters.git.repository_cache import RepositoryCache, cache_of_this_boot
from shared.errors import UnavailableError

URL = "https://github.com/my-org/shop.git"
FILES = {f"d{n // 10}/f{n}": b"x" * n for n in range(60)}


def test_many_pushes_leave_few_packs_and_refs_and_stay_cheap(tmp_path: Path) -> None:
    with SandboxGit(tmp_path / "served").start() as server:
        first = server.create("my-org/shop", FILES)
        reader = LibgitRepository(tmp_path / "cache", lambda _: None, server.where_is)
        reader.fetch(URL, first)
        with WorkingCopy(server.served_url("my-org/shop"), tmp_path / "developer") as developer:
            for n in range(45):
                reader.fetch(URL, developer.commit({"d1/f11": str(n).encode()}, f"number {n}"))
            commit = developer.commit({"d2/f22": b"last"}, "last")
        before = server.bytes_sent
        checkout = reader.fetch(URL, commit)
        assert server.bytes_sent - before < 3_000
        (bare,) = (tmp_path / "cache").glob("boot-*/*/bare.git")
        assert len(list(bare.glob("objects/pack/*.pack"))) < 10, "they were made one on the way"
        assert len(list(bare.glob("refs/tidegate/commits/*"))) == 8
        assert len((bare / "shallow").read_text().split()) == 8
        before = server.bytes_sent
        assert reader.changed_paths(URL, first, commit) == ("d1/f11", "d2/f22"), (
            "the extract knows all commits"
        )
        assert server.bytes_sent == before
        assert reader.object_ids(checkout, ["d5/f59"]) != {"d5/f59": ""}


def _fetch(arguments: tuple[str, str, str]) -> str:
    cache, place, commit = arguments
    reader = LibgitRepository(
        Path(cache), lambda _: None, lambda url: url.replace("https://github.com", place)
    )
    return reader.fetch(URL, commit).tree


def test_processes_share_one_cache(tmp_path: Path) -> None:
    with SandboxGit(tmp_path / "served").start() as server:
        commit = server.create("my-org/shop", FILES)
        with multiprocessing.get_context("spawn").Pool(3) as pool:
            trees = pool.map(_fetch, [(str(tmp_path / "cache"), server.url, commit)] * 6)
        assert len(set(trees)) == 1
        assert sum(request.method == "GET" for request in server.requests) == 1


def test_the_cache_of_an_earlier_boot_is_not_believed(tmp_path: Path) -> None:
    earlier = tmp_path / "boot-00000000-0000-0000-0000-000000000000"
    (earlier / "repository").mkdir(parents=True)
    (tmp_path / "something else").mkdir()
    current = cache_of_this_boot(tmp_path)
    assert current.is_dir()
    assert not earlier.exists()
    assert (tmp_path / "something else").exists()
    (current / "repository").mkdir()
    assert (cache_of_this_boot(tmp_path) / "repository").exists()


def test_two_urls_never_share_a_directory(tmp_path: Path) -> None:
    urls = [
        URL,
        "https://github.com/my-org/shop",
        "https://github.com/my_org/shop.git",
        "git@github.com:my-org/shop.git",
    ]
    assert len({RepositoryCache(tmp_path, url).directory for url in urls}) == len(urls)


def test_nobody_else_may_read_the_cache(tmp_path: Path) -> None:
    with SandboxGit(tmp_path / "served").start() as server:
        commit = server.create("my-org/shop", FILES)
        LibgitRepository(tmp_path / "cache", lambda _: None, server.where_is).fetch(URL, commit)
    for directory in (tmp_path / "cache").glob("boot-*"):
        assert directory.stat().st_mode & 0o077 == 0


def test_commits_that_nobody_uses_are_forgotten_with_what_only_they_have(tmp_path: Path) -> None:
    with SandboxGit(tmp_path / "served").start() as server:
        first = server.create("my-org/shop", FILES)
        reader = LibgitRepository(tmp_path / "cache", lambda _: None, server.where_is)
        pinned = reader.fetch(URL, first)
        with WorkingCopy(server.served_url("my-org/shop"), tmp_path / "developer") as developer:
            commits = [developer.commit({"d1/f11": b"%d" % n}, f"number {n}") for n in range(5)]
        checkouts = [reader.fetch(URL, commit) for commit in commits]
        objects, before = Path(pinned.objects_dir), _files(pinned.objects_dir)
        reader.fetch(URL, first)  # a rollback holds it
        cache = RepositoryCache(objects.parents[1], URL)
        with cache.locked():
            cache.forget_old(limit=4)
        assert _files(pinned.objects_dir) == before - 4 * 3, "a file, its directory and the root of each"
        for kept in (pinned, checkouts[-1]):
            (oid,) = reader.object_ids(kept, ["d5/f59"]).values()
            assert (objects / oid[:2] / oid[2:]).exists()
        with pytest.raises(UnavailableError, match="Fetch the commit again"):
            reader.object_ids(checkouts[0], ["d5/f59"])
        again = reader.fetch(URL, commits[0])
        assert reader.object_ids(again, ["d1/f11"]) == reader.object_ids(checkouts[0], ["d1/f11"])


def test_what_a_killed_process_began_to_forget_is_forgotten_before_anything_is_extracted(
    tmp_path: Path,
) -> None:
    """A tree that is there proves that all below it is: half of a removal would belie that."""
    with SandboxGit(tmp_path / "served").start() as server:
        commit = server.create("my-org/shop", FILES)
        reader = LibgitRepository(tmp_path / "cache", lambda _: None, server.where_is)
        checkout = reader.fetch(URL, commit)
        objects = Path(checkout.objects_dir)
        (oid,) = reader.object_ids(checkout, ["d5/f59"]).values()
        (objects.parent / "forgetting").touch()
        (objects.parent / "commits" / commit).unlink()
        (objects / oid[:2] / oid[2:]).unlink()
        reader.fetch(URL, commit)
        assert (objects / oid[:2] / oid[2:]).read_bytes() == FILES["d5/f59"]
        assert not (objects.parent / "forgetting").exists()


def _files(directory: str) -> int:
    return sum(path.is_file() for path in Path(directory).rglob("*"))
