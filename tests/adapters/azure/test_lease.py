"""What only blob leases ask of their adapter."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta

from shared.adapters.azure.key_text import key_text
from shared.adapters.azure.lease import BlobLeases
from shared.adapters.azure.storage_account import StorageAccount, StorageCall
from shared.domain.access.secret_text import SecretText
from tests.azurite.azurite import Azurite
from tests.azurite.clock import AzuriteClock


def test_the_epoch_lies_beside_the_lease_and_outlives_it(storage: StorageAccount, own_name: str) -> None:
    leases = BlobLeases(storage, own_name)
    for _ in range(3):
        lease = leases.acquire("app/shop")
        assert lease is not None
        leases.release(lease)
    blob = storage.blobs.get_blob_client(own_name, key_text("app/shop"))
    assert blob.get_blob_properties().metadata == {"epoch": "3"}


def test_a_lost_lease_writes_no_epoch(azurite: Azurite, storage: StorageAccount, own_name: str) -> None:
    leases = BlobLeases(storage, own_name)
    with closing(AzuriteClock(azurite)) as clock:
        lost = leases.acquire("app", 15)
        clock.advance(timedelta(seconds=16))
        current = leases.acquire("app", 15)
        assert lost is not None
        assert current is not None
        leases.release(lost)
        assert not leases.renew(lost)
        assert leases.renew(current)
        assert current.epoch == lost.epoch + 1


def test_a_service_that_is_ahead_ends_a_lease_sooner(
    azurite: Azurite, storage: StorageAccount, own_name: str
) -> None:
    leases = BlobLeases(storage, own_name)
    assert leases.acquire("app", 60) is not None
    assert leases.acquire("app", 60) is None
    try:
        azurite.run(ahead=timedelta(seconds=61))
        assert leases.acquire("app", 60) is not None
    finally:
        azurite.run()


def test_a_busy_lease_costs_one_call_and_a_free_one_three(azurite: Azurite, own_name: str) -> None:
    told: list[StorageCall] = []
    connection = SecretText(azurite.connection)
    with closing(StorageAccount.by_connection(connection, on_call=told.append)) as account:
        leases = BlobLeases(account, own_name)
        lease = leases.acquire("app")
        assert lease is not None
        leases.release(lease)
        told.clear()
        assert leases.acquire("app") is not None
        assert len(told) == 3
        told.clear()
        assert leases.acquire("app") is None
        assert len(told) == 1
