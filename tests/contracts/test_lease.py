"""The promises of the lease port, kept by each adapter."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from shared.adapters.azure.lease import BlobLeases
from shared.adapters.memory.lease import MemoryLeases
from shared.adapters.sqlite.database import SqliteDatabase
from shared.adapters.sqlite.lease import SqliteLeases
from shared.adapters.system.clock import FixedClock
from shared.ports.lease import Leases
from tests.azurite.clock import AzuriteClock

Local = SqliteLeases | MemoryLeases


@pytest.fixture(params=["sqlite", "memory", "azure"])
def technology(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def clock(request: pytest.FixtureRequest, technology: str) -> Iterator[FixedClock]:
    """The clock by which leases end: on Azure it is the service's."""
    if technology != "azure":
        yield FixedClock()
        return
    with closing(AzuriteClock(request.getfixturevalue("azurite"))) as clock:
        yield clock


@pytest.fixture
def leases(
    request: pytest.FixtureRequest, technology: str, tmp_path: Path, clock: FixedClock
) -> Iterator[Leases]:
    if technology == "azure":
        yield BlobLeases(request.getfixturevalue("storage"), request.getfixturevalue("own_name"))
        return
    yield from local_leases(technology, tmp_path, clock)


@pytest.fixture(params=["sqlite", "memory"])
def local(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Local]:
    yield from local_leases(request.param, tmp_path, FixedClock())


def local_leases(technology: str, folder: Path, clock: FixedClock) -> Iterator[Local]:
    if technology == "memory":
        yield MemoryLeases(clock)
        return
    database = SqliteDatabase(folder / "store.db")
    yield SqliteLeases(database, clock)
    database.close()


def test_a_held_lease_is_nobody_elses(leases: Leases) -> None:
    lease = leases.acquire("app/shop")
    assert lease is not None
    assert (lease.name, lease.epoch) == ("app/shop", 1)
    assert leases.acquire("app/shop") is None
    assert leases.acquire("app/other") is not None


def test_a_released_lease_is_free_and_its_epoch_grows(leases: Leases) -> None:
    epochs = []
    for _ in range(3):
        lease = leases.acquire("app/shop")
        assert lease is not None
        epochs.append(lease.epoch)
        leases.release(lease)
    assert epochs == [1, 2, 3]


def test_a_lease_ends_by_the_clock(leases: Leases, clock: FixedClock) -> None:
    first = leases.acquire("app/shop", 15)
    assert first is not None
    clock.advance(timedelta(seconds=14.9))
    assert leases.acquire("app/shop") is None
    clock.advance(timedelta(seconds=0.1))
    second = leases.acquire("app/shop")
    assert second is not None
    assert second.epoch == first.epoch + 1
    assert second.holder != first.holder


def test_renewal_prolongs_by_the_first_duration(leases: Leases, clock: FixedClock) -> None:
    lease = leases.acquire("app/shop", 20)
    assert lease is not None
    for _ in range(3):
        clock.advance(timedelta(seconds=19))
        assert leases.renew(lease)
    clock.advance(timedelta(seconds=19))
    assert leases.acquire("app/shop") is None
    clock.advance(timedelta(seconds=1))
    assert leases.acquire("app/shop") is not None


def test_a_lease_that_another_took_over_is_lost(leases: Leases, clock: FixedClock) -> None:
    lost = leases.acquire("app/shop")
    clock.advance(timedelta(seconds=60))
    current = leases.acquire("app/shop")
    assert lost is not None
    assert current is not None
    assert not leases.renew(lost)
    leases.release(lost)
    assert leases.acquire("app/shop") is None
    assert leases.renew(current)


def test_a_lease_taken_over_and_given_back_stays_lost(leases: Leases, clock: FixedClock) -> None:
    lost = leases.acquire("app/shop")
    clock.advance(timedelta(seconds=60))
    other = leases.acquire("app/shop")
    assert lost is not None
    assert other is not None
    leases.release(other)
    assert not leases.renew(lost)


def test_an_expired_lease_that_nobody_took_can_be_renewed(leases: Leases, clock: FixedClock) -> None:
    lease = leases.acquire("app/shop")
    assert lease is not None
    clock.advance(timedelta(seconds=61))
    assert leases.renew(lease)
    assert leases.acquire("app/shop") is None


def test_a_released_lease_cannot_be_renewed(leases: Leases) -> None:
    lease = leases.acquire("app/shop")
    assert lease is not None
    leases.release(lease)
    leases.release(lease)
    assert not leases.renew(lease)


def test_a_forged_epoch_renews_nothing(leases: Leases) -> None:
    lease = leases.acquire("app/shop")
    assert lease is not None
    assert not leases.renew(replace(lease, epoch=lease.epoch + 1))


@pytest.mark.parametrize("seconds", [14, 61, 0, -1])
def test_a_lease_lasts_15_to_60_seconds(leases: Leases, seconds: int) -> None:
    with pytest.raises(ValueError, match="15 to 60 seconds"):
        leases.acquire("app/shop", seconds)


def test_of_many_who_ask_at_once_exactly_one_gets_it(leases: Leases) -> None:
    with ThreadPoolExecutor(16) as pool:
        got = list(pool.map(lambda _: leases.acquire("app/shop"), range(16)))
    assert sum(lease is not None for lease in got) == 1


def test_many_who_come_one_after_another_get_one_epoch_each(leases: Leases) -> None:
    def turn(_: int) -> int:
        while (lease := leases.acquire("app/shop")) is None:
            continue
        leases.release(lease)
        return lease.epoch

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(turn, range(16))) == list(range(1, 17))


@pytest.mark.parametrize("name", ["a/b", "a#b?c", r"back\slash", "ünï-水", "..", "100%"])
def test_any_text_is_a_name(leases: Leases, name: str) -> None:
    assert leases.acquire(name) is not None
    assert leases.acquire(name) is None


def test_a_new_start_frees_all_and_epochs_still_grow(local: Local) -> None:
    leases = local
    held = [leases.acquire(name) for name in ("app/a", "app/b")]
    assert leases.release_all() == 2
    again = leases.acquire("app/a")
    assert held[0] is not None
    assert again is not None
    assert again.epoch == held[0].epoch + 1
    assert not leases.renew(held[0])
    assert leases.release_all() == 1
