"""Which applications read which repository."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from shared.adapters.memory.document_store import MemoryDocumentStore
from shared.domain.specs.app_ref import AppRef
from shared.services.repository_index import KnownHead, RepositoryIndex

SHOP, BLOG = AppRef("argocd", "shop"), AppRef("argocd", "blog")
CHARTS, VALUES = "https://github.com/my-org/charts.git", "https://github.com/my-org/values.git"


@pytest.fixture
def index() -> RepositoryIndex:
    return RepositoryIndex(MemoryDocumentStore())


def reads(
    url: str = CHARTS, *, targets: Iterable[str] = ("main",), paths: Iterable[str] = ("charts/api",)
) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    return {url: (tuple(targets), tuple(paths))}


def known(index: RepositoryIndex, url: str = CHARTS) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(source.app.name, source.target_revision, source.paths) for source in index.tracking(url)]


def move_head(index: RepositoryIndex, url: str, ref: str, commit: str) -> None:
    """A push that everybody was woken for."""
    moved = index.advance(index.known(url, ref), commit)
    assert moved is not None
    index.settle(moved)


def test_an_application_is_found_by_its_repository(index: RepositoryIndex) -> None:
    index.track(SHOP, reads() | reads(VALUES, targets=["v1"], paths=["b", "a"]))
    assert known(index) == [("shop", "main", ("charts/api",))]
    assert known(index, VALUES) == [("shop", "v1", ("a", "b"))]
    assert known(index, "https://github.com/my-org/other.git") == []


@pytest.mark.parametrize("url", ["git@github.com:my-org/charts.git", "https://GitHub.com/my-org/charts/"])
def test_however_its_url_is_written(index: RepositoryIndex, url: str) -> None:
    index.track(SHOP, reads())
    move_head(index, CHARTS, "main", "c1")
    assert known(index, url) == [("shop", "main", ("charts/api",))]
    assert index.head(url, "main") == "c1"


def test_two_spellings_in_one_application_are_one_repository(index: RepositoryIndex) -> None:
    ssh = "git@github.com:my-org/charts.git"
    index.track(SHOP, reads() | reads(ssh, targets=["v1"], paths=["lib"]))
    assert known(index) == [("shop", "main", ("charts/api", "lib")), ("shop", "v1", ("charts/api", "lib"))]


@pytest.mark.parametrize(("first", "second"), [((), ("lib",)), (("lib",), ())])
def test_who_reads_all_under_one_spelling_reads_all(
    index: RepositoryIndex, first: tuple[str, ...], second: tuple[str, ...]
) -> None:
    index.track(SHOP, reads(paths=first) | reads("git@github.com:my-org/charts.git", paths=second))
    assert known(index) == [("shop", "main", ())]


def test_each_target_revision_is_a_source_and_head_is_the_default_branch(index: RepositoryIndex) -> None:
    index.track(SHOP, reads(targets=["main", "HEAD", "", "main"], paths=[]))
    assert known(index) == [("shop", "", ()), ("shop", "main", ())]


@pytest.mark.parametrize(("count", "kept"), [(300, 300), (301, 0)])
def test_too_many_paths_are_any_path(index: RepositoryIndex, count: int, kept: int) -> None:
    index.track(SHOP, reads(paths=[f"f{number}" for number in range(count)]))
    assert len(known(index)[0][2]) == kept


def test_the_last_look_counts(index: RepositoryIndex) -> None:
    index.track(SHOP, reads())
    index.track(SHOP, reads(targets=["v2"], paths=["other"]))
    assert known(index) == [("shop", "v2", ("other",))]


def test_a_repository_that_is_read_no_more_is_forgotten(index: RepositoryIndex) -> None:
    index.track(SHOP, reads() | reads(VALUES))
    index.track(BLOG, reads())
    index.track(SHOP, reads(VALUES))
    assert known(index) == [("blog", "main", ("charts/api",))]
    assert [name for name, *_ in known(index, VALUES)] == ["shop"]


def test_an_application_that_is_gone_is_forgotten_everywhere(index: RepositoryIndex) -> None:
    index.track(SHOP, reads() | reads(VALUES))
    index.track(BLOG, reads())
    index.forget(SHOP, {VALUES})
    assert [name for name, *_ in known(index)] == ["blog"]
    assert known(index, VALUES) == []
    index.forget(SHOP, {CHARTS, VALUES})
    assert [name for name, *_ in known(index)] == ["blog"]


def test_nothing_is_written_when_nothing_changed() -> None:
    documents = MemoryDocumentStore()
    index = RepositoryIndex(documents)

    def etags() -> list[str | None]:
        partitions = ("repositories", "readers", "sources:github.com/my-org/charts")
        rows = [row for name in partitions for row in documents.scan(name).documents]
        return [row.etag for row in rows]

    index.track(SHOP, reads())
    before = etags()
    index.track(SHOP, reads())
    assert etags() == before
    assert len(before) == 3


def test_rows_beyond_the_first_page_are_found(index: RepositoryIndex) -> None:
    for number in range(1001):
        index.track(AppRef("argocd", f"a{number:04}"), reads())
    assert len(index.tracking(CHARTS)) == 1001


# Heads


def test_a_head_is_the_last_commit_seen(index: RepositoryIndex) -> None:
    assert index.head(CHARTS, "main") == ""
    move_head(index, CHARTS, "main", "c1")
    move_head(index, CHARTS, "main", "c2")
    move_head(index, CHARTS, "feature/x#1?", "c3")
    assert (index.head(CHARTS, "main"), index.head(CHARTS, "feature/x#1?")) == ("c2", "c3")
    assert index.head(VALUES, "main") == ""


def test_no_ref_and_head_are_the_same(index: RepositoryIndex) -> None:
    move_head(index, CHARTS, "", "c1")
    assert index.head(CHARTS, "HEAD") == index.head(CHARTS, "") == "c1"


def test_every_head_that_somebody_follows_is_polled(index: RepositoryIndex) -> None:
    index.track(SHOP, reads(targets=["HEAD", "v1"]) | reads(VALUES))
    index.track(BLOG, reads(targets=["v1"]))
    for url, ref in ((CHARTS, ""), (CHARTS, "v1"), (VALUES, "main")):
        move_head(index, url, ref, f"commit of {ref}")
    assert list(index.heads()) == [
        KnownHead(CHARTS, "", "commit of "),
        KnownHead(CHARTS, "v1", "commit of v1"),
        KnownHead(VALUES, "main", "commit of main"),
    ]


def test_a_head_that_nobody_follows_any_more_is_not_polled(index: RepositoryIndex) -> None:
    """A branch that was merged and deleted would fail at every poll."""
    index.track(SHOP, reads(targets=["feature"]))
    move_head(index, CHARTS, "feature", "c1")
    move_head(index, CHARTS, "main", "c2")
    index.track(SHOP, reads(targets=["main"]))
    assert [head.ref for head in index.heads()] == ["main"]
    index.forget(SHOP, {CHARTS})
    assert list(index.heads()) == []


def test_a_ref_that_nobody_has_seen_yet_is_polled_too() -> None:
    index = RepositoryIndex(MemoryDocumentStore())
    index.track(AppRef("argocd", "shop"), {"https://github.com/a/b": (("later",), ())})
    assert [(head.ref, head.commit) for head in index.heads()] == [("later", "")]


def test_of_two_who_find_the_same_move_one_records_it(index: RepositoryIndex) -> None:
    move_head(index, CHARTS, "main", "c1")
    first, second = index.known(CHARTS, "main"), index.known(CHARTS, "main")
    moved = index.advance(first, "c2")
    assert moved is not None
    assert index.advance(second, "c2") is None
    index.settle(moved)
    assert index.known(CHARTS, "main").owed is None


def test_a_row_that_was_only_settled_meanwhile_is_no_other_move(index: RepositoryIndex) -> None:
    moved = index.advance(index.known(CHARTS, "main"), "c1")
    assert moved is not None
    seen = index.known(CHARTS, "main")
    index.settle(moved)
    assert index.advance(seen, "c2") == KnownHead(CHARTS, "main", "c2", "c1")


def test_who_settles_too_late_leaves_what_is_owed_since(index: RepositoryIndex) -> None:
    first = index.advance(index.known(CHARTS, "main"), "c1")
    assert first is not None
    assert index.advance(index.known(CHARTS, "main"), "c2") is not None
    index.settle(first)
    assert index.known(CHARTS, "main").owed == ""
