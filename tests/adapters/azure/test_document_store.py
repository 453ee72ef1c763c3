"""What only Table storage asks of its adapter: pages, spilled bodies, names."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.adapters.azure.document_store import TableDocumentStore
from shared.adapters.azure.key_text import key_text
from shared.adapters.azure.storage_account import StorageAccount
from shared.errors import ConflictError
from shared.ports.document_store import Document

LARGE = {"text": "x" * 100_000}


@pytest.fixture
def store(storage: StorageAccount, own_name: str) -> TableDocumentStore:
    return TableDocumentStore(storage, own_name)


@pytest.fixture
def spilled(storage: StorageAccount, own_name: str) -> SpilledNames:
    return SpilledNames(storage, own_name)


class SpilledNames:
    def __init__(self, account: StorageAccount, name: str) -> None:
        self._container = account.blobs.get_container_client(f"{name}-documents")

    def __call__(self) -> list[str]:
        return list(self._container.list_blob_names())

    def remove(self) -> None:
        for name in self():
            self._container.delete_blob(name)


def test_more_rows_than_one_answer_holds(
    storage: StorageAccount, store: TableDocumentStore, own_name: str
) -> None:
    table = storage.tables.create_table(own_name)
    keys = [f"{number:05d}/x" for number in range(2100)]
    for start in range(0, len(keys), 100):
        table.submit_transaction(
            [
                ("create", {"PartitionKey": "p", "RowKey": key_text(key), "Body0": '{"n":1}'})
                for key in keys[start : start + 100]
            ]
        )
    assert [found.key for found in store.scan("p", limit=5000).documents] == keys
    pages, token = [], ""
    while True:
        page = store.scan("p", token=token)
        pages.append(len(page.documents))
        token = page.token
        if not token:
            break
    assert pages == [1000, 1000, 100]


def test_a_large_body_lies_in_one_blob_which_goes_with_it(
    store: TableDocumentStore, spilled: SpilledNames
) -> None:
    current = store.put(Document("p", "k", LARGE))
    (first,) = spilled()
    current = store.put(Document("p", "k", LARGE, current.etag))
    (second,) = spilled()
    assert second != first
    current = store.put(Document("p", "k", {}, current.etag))
    assert spilled() == []
    current = store.put(Document("p", "k", LARGE, current.etag))
    store.delete(current)
    assert spilled() == []


def test_losers_of_a_race_leave_no_bytes_behind(store: TableDocumentStore, spilled: SpilledNames) -> None:
    read_by_all = store.put(Document("p", "k", LARGE))

    def put(_: int) -> None:
        try:
            store.put(read_by_all)
        except ConflictError:
            return

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(put, range(16)))
    assert len(spilled()) == 1
    found = store.get("p", "k")
    assert found is not None
    assert found.body == LARGE


def test_a_refused_write_does_not_touch_the_body_that_stays(store: TableDocumentStore) -> None:
    stale = store.put(Document("p", "k", LARGE))
    store.put(stale)
    for refused in (store.put, store.delete):
        with pytest.raises(ConflictError):
            refused(stale)
    with pytest.raises(ConflictError):
        store.put(Document("p", "k", LARGE))
    found = store.get("p", "k")
    assert found is not None
    assert found.body == LARGE


@pytest.mark.parametrize(
    "text",
    [
        "水" * 19_000,
        "\U0001f6a2" * 14_000,
        "ab\U0001f6a2" * 9_000,
        "\x7f\x85\u2028\ufeff\uffff" * 4_000,
        "\\\"'" * 9_000,
    ],
    ids=["three bytes", "surrogate pairs", "pairs across the seam", "odd characters", "quotes"],
)
def test_text_of_any_characters_fits_between_the_seams(store: TableDocumentStore, text: str) -> None:
    stored = store.put(Document("p", "k", {"t": text}))
    assert stored.etag
    assert " " not in stored.etag, "not spilled: this is about the properties of a row"
    assert store.get("p", "k") == stored


def test_a_key_too_long_for_a_row_is_a_callers_bug(store: TableDocumentStore) -> None:
    with pytest.raises(ValueError, match="too long for Table storage"):
        store.put(Document("p", "k" * 513, {}))


def test_what_is_never_there_is_asked_without_making_a_table(
    storage: StorageAccount, store: TableDocumentStore, own_name: str
) -> None:
    assert store.get("p", "k") is None
    assert store.scan("p").documents == ()
    with pytest.raises(ConflictError):
        store.put(Document("p", "k", {}, "W/\"datetime'2026-01-01'\""))
    assert own_name not in {table.name for table in storage.tables.list_tables()}
