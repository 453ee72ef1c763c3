"""The promises of the document_store port, kept by each adapter."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shared.adapters.azure.document_store import TableDocumentStore
from shared.adapters.memory.document_store import MemoryDocumentStore
from shared.adapters.sqlite.database import SqliteDatabase
from shared.adapters.sqlite.document_store import SqliteDocumentStore
from shared.errors import ConflictError, PayloadTooLargeError
from shared.ports.document_store import Document, DocumentStore

KEYS = [
    "argocd/guest book",
    "a#b?c",
    r"back\slash",
    "100%",
    "%2F",
    "ünï©ødé-水",
    "'; DROP TABLE document",
    "..",
    "\x01\t\x1f\x7f\x85",
    "-._~:!",
]


@pytest.fixture(params=["sqlite", "memory", "azure"])
def store(request: pytest.FixtureRequest, tmp_path: Path, own_name: str) -> Iterator[DocumentStore]:
    if request.param == "memory":
        yield MemoryDocumentStore()
        return
    if request.param == "azure":
        yield TableDocumentStore(request.getfixturevalue("storage"), own_name)
        return
    database = SqliteDatabase(tmp_path / "store.db")
    yield SqliteDocumentStore(database)
    database.close()


def keys(store: DocumentStore, partition: str, **how: object) -> list[str]:
    return [document.key for document in store.scan(partition, **how).documents]  # type: ignore[arg-type]


def test_what_was_put_can_be_read(store: DocumentStore) -> None:
    body = {"phase": "Running", "n": 12345678901234567890, "list": [1, None, True, 1.5], "text": 'ü "\n水'}
    stored = store.put(Document("operations", "42", body))
    assert stored.etag
    assert store.get("operations", "42") == stored
    assert stored.body == body


def test_what_was_never_put_is_none(store: DocumentStore) -> None:
    store.put(Document("operations", "42", {}))
    assert store.get("operations", "43") is None
    assert store.get("others", "42") is None


@pytest.mark.parametrize("key", KEYS)
def test_any_text_is_a_key_and_a_partition(store: DocumentStore, key: str) -> None:
    store.put(Document(key, key, {"key": key}))
    found = store.get(key, key)
    assert found is not None
    assert found.body == {"key": key}
    assert keys(store, key) == [key]


@pytest.mark.parametrize(("partition", "key"), [("", "k"), ("p", "")])
def test_an_empty_name_is_a_callers_bug(store: DocumentStore, partition: str, key: str) -> None:
    with pytest.raises(ValueError, match="needs a partition and a key"):
        store.put(Document(partition, key, {}))


def test_every_write_has_its_own_etag(store: DocumentStore) -> None:
    first = store.put(Document("p", "k", {"same": 1}))
    second = store.put(first)
    assert first.etag != second.etag


def test_a_new_document_never_overwrites(store: DocumentStore) -> None:
    store.put(Document("p", "k", {"by": "first"}))
    with pytest.raises(ConflictError, match="p/k"):
        store.put(Document("p", "k", {"by": "second"}))
    found = store.get("p", "k")
    assert found is not None
    assert found.body == {"by": "first"}


def test_a_stale_write_is_refused_and_changes_nothing(store: DocumentStore) -> None:
    stale = store.put(Document("p", "k", {"n": 1}))
    store.put(Document("p", "k", {"n": 2}, stale.etag))
    with pytest.raises(ConflictError):
        store.put(Document("p", "k", {"n": 3}, stale.etag))
    found = store.get("p", "k")
    assert found is not None
    assert found.body == {"n": 2}


def test_an_update_of_a_deleted_document_is_refused(store: DocumentStore) -> None:
    stored = store.put(Document("p", "k", {}))
    store.delete(stored)
    with pytest.raises(ConflictError):
        store.put(stored)
    assert store.get("p", "k") is None


def test_an_etag_of_an_earlier_life_is_stale(store: DocumentStore) -> None:
    before = store.put(Document("p", "k", {}))
    store.delete(before)
    store.put(Document("p", "k", {}))
    with pytest.raises(ConflictError):
        store.put(before)


def test_delete_needs_the_current_etag(store: DocumentStore) -> None:
    stale = store.put(Document("p", "k", {"n": 1}))
    current = store.put(stale)
    for refused in (stale, Document("p", "k", {}, None)):
        with pytest.raises(ConflictError):
            store.delete(refused)
    store.delete(current)
    with pytest.raises(ConflictError):
        store.delete(current)


def test_a_stored_body_is_a_copy(store: DocumentStore) -> None:
    body = {"list": [1]}
    stored = store.put(Document("p", "k", body))
    body["list"].append(2)
    stored.body["list"].append(3)
    found = store.get("p", "k")
    assert found is not None
    assert found.body == {"list": [1]}


def test_unknown_fields_survive_a_round_trip(store: DocumentStore) -> None:
    store.put(Document("p", "k", {"v": 7, "known": 1, "fromTheFuture": {"deep": [{}]}}))
    read = store.get("p", "k")
    assert read is not None
    store.put(Document("p", "k", {**read.body, "known": 2}, read.etag))
    again = store.get("p", "k")
    assert again is not None
    assert again.body == {"v": 7, "known": 2, "fromTheFuture": {"deep": [{}]}}


def test_a_body_of_100_kb_is_usual(store: DocumentStore) -> None:
    body = {"text": "水" * 33_000, "more": "x" * 1000}
    store.put(Document("p", "k", body))
    found = store.get("p", "k")
    assert found is not None
    assert found.body == body


def test_one_mebibyte_fits_and_one_byte_more_does_not(store: DocumentStore) -> None:
    room = 1024 * 1024 - len(json.dumps({"t": ""}, separators=(",", ":")))
    store.put(Document("p", "fits", {"t": "x" * room}))
    with pytest.raises(PayloadTooLargeError, match=r"p/big.*1048577 bytes"):
        store.put(Document("p", "big", {"t": "x" * (room + 1)}))
    assert store.get("p", "big") is None


def test_what_is_no_json_is_a_callers_bug(store: DocumentStore) -> None:
    with pytest.raises(ValueError, match="JSON"):
        store.put(Document("p", "k", {"n": float("nan")}))
    assert store.get("p", "k") is None


def test_a_scan_is_in_key_order_and_stays_in_its_partition(store: DocumentStore) -> None:
    for key in ["b", "a", "水", "B", "a/1", "\U0001f6a2", "\uffff"]:
        store.put(Document("p", key, {}))
    store.put(Document("other", "c", {}))
    assert keys(store, "p") == ["B", "a", "a/1", "b", "水", "\uffff", "\U0001f6a2"]


@pytest.mark.parametrize(
    ("prefix", "found"),
    [
        ("app/", ["app/1", "app/2"]),
        ("app", ["app", "app/1", "app/2", "app%", "app_"]),
        ("app_", ["app_"]),
        ("app%", ["app%"]),
        ("nothing", []),
        ("\ud7ff", ["\ud7ffx"]),
        ("\U0010ffff", ["\U0010ffff", "\U0010ffffx"]),
    ],
)
def test_a_prefix_is_taken_literally(store: DocumentStore, prefix: str, found: list[str]) -> None:
    for key in ["app", "app/1", "app/2", "app_", "app%", "apq", "a", "\ud7ffx", "\U0010ffff", "\U0010ffffx"]:
        store.put(Document("p", key, {}))
    assert sorted(keys(store, "p", prefix=prefix)) == sorted(found)


def test_pages_join_to_the_whole(store: DocumentStore) -> None:
    for number in range(7):
        store.put(Document("p", f"app/{number}", {"n": number}))
    store.put(Document("p", "other", {}))
    pages, token = [], ""
    while True:
        page = store.scan("p", prefix="app/", limit=3, token=token)
        pages.append([document.key for document in page.documents])
        token = page.token
        if not token:
            break
    assert pages == [["app/0", "app/1", "app/2"], ["app/3", "app/4", "app/5"], ["app/6"]]


def test_a_page_that_holds_the_rest_has_no_token(store: DocumentStore) -> None:
    store.put(Document("p", "a", {}))
    store.put(Document("p", "b", {}))
    assert store.scan("p", limit=2).token == ""
    assert store.scan("p", limit=1).token != ""


def test_a_scan_goes_on_where_the_last_row_was_deleted(store: DocumentStore) -> None:
    rows = [store.put(Document("p", key, {})) for key in "abc"]
    page = store.scan("p", limit=2)
    store.delete(rows[1])
    assert keys(store, "p", token=page.token) == ["c"]


def test_a_page_without_room_is_a_callers_bug(store: DocumentStore) -> None:
    with pytest.raises(ValueError, match="limit"):
        store.scan("p", limit=0)


def test_of_many_updates_of_one_version_exactly_one_wins(store: DocumentStore) -> None:
    read_by_all = store.put(Document("operations", "42", {"phase": "Running"}))
    assert race(store, read_by_all) == 1


def test_of_many_large_updates_exactly_one_wins_and_its_body_stays(store: DocumentStore) -> None:
    read_by_all = store.put(Document("p", "k", {"text": "a" * 100_000}))
    bodies = [{"text": letter * 100_000} for letter in "abcdefghijklmnop"]

    def won(body: dict[str, str]) -> dict[str, str] | None:
        try:
            return store.put(Document("p", "k", body, read_by_all.etag)).body
        except ConflictError:
            return None

    with ThreadPoolExecutor(16) as pool:
        (winner,) = [body for body in pool.map(won, bodies) if body is not None]
    found = store.get("p", "k")
    assert found is not None
    assert found.body == winner


def test_a_reader_of_large_bodies_never_sees_a_part_or_nothing(store: DocumentStore) -> None:
    wholes = [{"text": letter * 100_000} for letter in "abcd"]
    written = store.put(Document("p", "k", wholes[0]))

    def write() -> None:
        current = written
        for body in wholes * 5:
            current = store.put(Document("p", "k", body, current.etag))

    with ThreadPoolExecutor(1) as pool:
        writer = pool.submit(write)
        while not writer.done():
            found = store.get("p", "k")
            assert found is not None
            assert found.body in wholes
            assert [row.body in wholes for row in store.scan("p").documents] == [True]
    writer.result()


def test_a_body_may_grow_and_shrink(store: DocumentStore) -> None:
    current = store.put(Document("p", "k", {}))
    for size in (100_000, 10, 900_000, 30_000, 100_000):
        current = store.put(Document("p", "k", {"text": "水" * (size // 3)}, current.etag))
        assert store.get("p", "k") == current
        assert store.scan("p").documents == (current,)
    store.delete(current)
    assert store.get("p", "k") is None


def test_of_many_creations_exactly_one_wins(store: DocumentStore) -> None:
    assert race(store, Document("operations", "42", {})) == 1


def test_no_increment_of_many_writers_is_lost(store: DocumentStore) -> None:
    store.put(Document("p", "counter", {"n": 0}))

    def increment(_: int) -> None:
        while True:
            read = store.get("p", "counter")
            assert read is not None
            try:
                store.put(Document("p", "counter", {"n": read.body["n"] + 1}, read.etag))
            except ConflictError:
                continue
            return

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(increment, range(64)))
    found = store.get("p", "counter")
    assert found is not None
    assert found.body == {"n": 64}


def race(store: DocumentStore, document: Document) -> int:
    """Let 16 writers put the same document; return how many succeeded."""

    def won(_: int) -> bool:
        try:
            return bool(store.put(document))
        except ConflictError:
            return False

    with ThreadPoolExecutor(16) as pool:
        return sum(pool.map(won, range(16)))
