"""Objects, versions and history, without HTTP."""

from __future__ import annotations

import threading

import pytest

from sandbox.cluster.store import FIRST_VERSION, Change, GoneError, StaleError, Store


def body(name: str, **fields: object) -> dict[str, object]:
    return {"metadata": {"name": name, "namespace": "n"}, **fields}


def test_every_write_raises_the_version_of_the_whole_cluster() -> None:
    store = Store()
    first = store.create("pods", ("n", "a"), body("a"))
    second = store.create("secrets", ("n", "a"), body("a"))
    assert FIRST_VERSION < first.version < second.version == store.version
    assert second.body["metadata"]["resourceVersion"] == str(second.version)


def test_a_name_is_taken_once() -> None:
    store = Store()
    store.create("pods", ("n", "a"), body("a"))
    with pytest.raises(StaleError):
        store.create("pods", ("n", "a"), body("a"))


def test_of_many_writers_who_read_the_same_one_wins() -> None:
    store = Store()
    read = store.create("pods", ("n", "a"), body("a"))
    won: list[int] = []

    def write(number: int) -> None:
        try:
            store.replace(read, body("a", number=number))
            won.append(number)
        except StaleError:
            pass

    threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stored = store.get("pods", ("n", "a"))
    assert stored is not None
    assert won == [stored.body["number"]]


def test_a_snapshot_shows_an_earlier_version_again() -> None:
    store = Store()
    kept = store.create("pods", ("n", "kept"), body("kept", at="first"))
    lost = store.create("pods", ("n", "lost"), body("lost"))
    then = store.version
    store.replace(kept, body("kept", at="second"))
    store.remove(lost)
    store.create("pods", ("n", "added"), body("added"))

    assert [item.key[1] for item in store.snapshot("pods").items] == ["added", "kept"]
    before = store.snapshot("pods", at=then)
    assert [item.key[1] for item in before.items] == ["kept", "lost"]
    assert before.items[0].body["at"] == "first"


def test_history_is_bounded_and_says_how_far_it_reaches() -> None:
    store = Store(history=5)
    read = store.create("pods", ("n", "a"), body("a"))
    first = read.version
    for number in range(20):
        read = store.replace(read, body("a", number=number))
    with pytest.raises(GoneError):
        store.events("pods", first)
    assert [event.object.body["number"] for event in store.events("pods", read.version - 3)] == [17, 18, 19]


def test_what_was_before_the_cluster_started_is_gone() -> None:
    with pytest.raises(GoneError):
        Store().events("pods", 1)


def test_waiting_ends_with_the_first_change_of_that_resource() -> None:
    store = Store()
    since = store.version
    timer = threading.Timer(0.02, lambda: store.create("pods", ("n", "a"), body("a")))
    timer.start()
    (event,) = store.wait("pods", since, 5)
    timer.join()
    assert (event.change, event.object.key) == (Change.ADDED, ("n", "a"))
    assert store.wait("secrets", since, 0.01) == []


def test_a_deletion_has_a_version_of_its_own_and_the_last_state() -> None:
    store = Store()
    read = store.create("pods", ("n", "a"), body("a", last="state"))
    removed = store.remove(read)
    assert removed.version == read.version + 1
    assert removed.body["last"] == "state"
    assert store.get("pods", ("n", "a")) is None
