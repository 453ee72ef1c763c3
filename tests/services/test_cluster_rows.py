"""A name means one cluster, whoever registers at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from shared.adapters.memory.document_store import MemoryDocumentStore
from shared.errors import ConflictError
from shared.ports.document_store import Document
from shared.services.cluster_rows import ClusterRow, ClusterRows

SHOP = ClusterRow("uid-shop", "aks-shop", "shop", "https://shop", frozenset({"shop", "https://shop"}))
BANK = ClusterRow("uid-bank", "aks-bank", "bank", "https://bank", frozenset({"bank", "https://bank"}))


@pytest.fixture
def documents() -> MemoryDocumentStore:
    return MemoryDocumentStore()


@pytest.fixture
def rows(documents: MemoryDocumentStore) -> ClusterRows:
    return ClusterRows(documents)


def names(rows: ClusterRows) -> list[str]:
    return [row.name for row in rows.registered()]


def test_each_alias_means_the_cluster(rows: ClusterRows) -> None:
    rows.register(SHOP)
    assert rows.meant_by("shop") == rows.meant_by("https://shop") == SHOP
    assert rows.meant_by("bank") is None
    assert rows.meant_by("") is None


def test_a_second_name_is_an_alias_of_the_same_cluster(rows: ClusterRows) -> None:
    rows.register(SHOP)
    again = rows.register(replace(SHOP, name="store", reference="other", aliases=frozenset({"store"})))
    assert (again.name, again.reference) == ("shop", "aks-shop")
    assert again.aliases == SHOP.aliases | {"store"}
    assert rows.meant_by("store") == again
    assert names(rows) == ["shop"]


def test_upsert_takes_the_new_name_and_keeps_the_old_aliases(rows: ClusterRows) -> None:
    rows.register(SHOP)
    again = rows.register(
        replace(SHOP, name="store", reference="other", aliases=frozenset({"store"})), upsert=True
    )
    assert (again.name, again.reference) == ("store", "other")
    assert rows.meant_by("shop") == again


def test_a_name_of_another_cluster_is_refused_naming_both_and_nothing_has_changed(rows: ClusterRows) -> None:
    rows.register(SHOP)
    with pytest.raises(ConflictError) as refused:
        rows.register(replace(BANK, aliases=BANK.aliases | {"shop"}))
    assert "Cluster bank (uid-bank): shop already means the cluster shop (uid-shop)" in str(refused.value)
    assert [rows.meant_by(alias) for alias in ("bank", "https://bank")] == [None, None]
    assert rows.get("uid-bank") is None
    assert rows.meant_by("shop") == SHOP


def test_a_registered_cluster_that_wants_a_foreign_name_stays_as_it_was(rows: ClusterRows) -> None:
    rows.register(SHOP)
    rows.register(BANK)
    with pytest.raises(ConflictError, match="shop already means"):
        rows.register(replace(BANK, name="new", aliases=frozenset({"a-new-one", "shop"})), upsert=True)
    assert rows.get("uid-bank") == BANK
    assert rows.meant_by("a-new-one") is None


def test_of_many_that_want_one_name_exactly_one_gets_it(rows: ClusterRows) -> None:
    def registered(number: int) -> bool:
        wanted = ClusterRow(f"uid-{number}", "r", f"c{number}", "s", frozenset({"prod", f"own-{number}"}))
        try:
            return bool(rows.register(wanted))
        except ConflictError:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(registered, range(16))) == 1
    (winner,) = rows.registered()
    assert rows.meant_by("prod") == winner
    taken = [number for number in range(16) if rows.meant_by(f"own-{number}")]
    assert [f"c{number}" for number in taken] == [winner.name]


def test_many_names_for_one_cluster_at_once_are_all_kept(rows: ClusterRows) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: rows.register(replace(SHOP, aliases=frozenset({f"n{n}"}))), range(4)))
    assert {rows.meant_by(f"n{number}") for number in range(4)} == {rows.get("uid-shop")}


def test_a_removed_cluster_frees_its_names(rows: ClusterRows) -> None:
    row = rows.register(SHOP)
    rows.remove(row)
    rows.remove(row)
    assert (rows.meant_by("shop"), names(rows)) == (None, [])
    assert rows.register(replace(BANK, aliases=frozenset({"shop"}))).name == "bank"


def test_removal_leaves_names_that_have_gone_to_another(rows: ClusterRows) -> None:
    old = rows.register(SHOP)
    rows.remove(old)
    bank = rows.register(replace(BANK, aliases=frozenset({"shop"})))
    rows.remove(old)
    assert rows.meant_by("shop") == bank


def test_what_was_seen_is_remembered_and_claims_nothing(rows: ClusterRows) -> None:
    rows.see("uid-shop", "context", "https://shop", {"context"})
    assert names(rows) == []
    assert rows.meant_by("context") is None
    registered = rows.register(SHOP)
    assert registered.registered
    assert (registered.name, registered.aliases) == ("shop", SHOP.aliases | {"context"})


def test_a_registered_cluster_that_is_seen_again_stays_registered(rows: ClusterRows) -> None:
    rows.register(SHOP)
    rows.see("uid-shop", "context", "https://elsewhere", {"context"})
    assert rows.get("uid-shop") == replace(SHOP, aliases=SHOP.aliases | {"context"})


def test_a_name_whose_cluster_has_no_row_means_nothing(
    rows: ClusterRows, documents: MemoryDocumentStore
) -> None:
    documents.put(Document("cluster-aliases", "ghost", {"key": "uid-gone"}))
    assert rows.meant_by("ghost") is None
    with pytest.raises(ConflictError, match="ghost already means the cluster uid-gone"):
        rows.register(replace(SHOP, aliases=frozenset({"ghost"})))


class Interrupted(MemoryDocumentStore):
    """Somebody else writes the row between our write and our change of mind."""

    def put(self, document: Document) -> Document:
        written = super().put(document)
        if document.key == "uid-bank":
            super().put(Document("clusters", "uid-bank", {**document.body, "name": "theirs"}, written.etag))
        return written


def test_taking_back_leaves_what_others_wrote_meanwhile() -> None:
    rows = ClusterRows(Interrupted())
    rows.register(SHOP)
    with pytest.raises(ConflictError, match="shop already means"):
        rows.register(replace(BANK, aliases=frozenset({"shop"})))
    found = rows.get("uid-bank")
    assert found is not None
    assert found.name == "theirs"


def test_no_row_holds_more_than_names(rows: ClusterRows, documents: MemoryDocumentStore) -> None:
    rows.register(SHOP)
    (row,) = documents.scan("clusters").documents
    assert row.body == {
        "reference": "aks-shop",
        "name": "shop",
        "server": "https://shop",
        "aliases": ["https://shop", "shop"],
        "registered": True,
    }
