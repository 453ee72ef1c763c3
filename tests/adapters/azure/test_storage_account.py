"""Who we are at a storage account."""

from __future__ import annotations

import logging
from contextlib import closing

import pytest

from shared.adapters.azure.blob_store import AzureBlobStore
from shared.adapters.azure.document_store import TableDocumentStore
from shared.adapters.azure.storage_account import StorageAccount, StorageCall, development_storage
from shared.adapters.azure.work_queue import AzureWorkQueue
from shared.domain.access.secret_text import SecretText
from shared.errors import InvalidSpecError
from shared.ports.document_store import Document
from tests.azurite.azurite import Azurite


@pytest.mark.parametrize(
    "text",
    ["", "nonsense", "AccountName=shop", "AccountKey=very-secret", "https://shop.example/?sig=very-secret"],
)
def test_what_is_no_connection_string_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(InvalidSpecError, match="AzureWebJobsStorage") as caught:
        StorageAccount.by_connection(SecretText(text))
    assert "very-secret" not in str(caught.value)


def test_the_short_form_of_the_emulator_is_its_account_on_its_own_ports() -> None:
    with closing(StorageAccount.by_connection(SecretText("UseDevelopmentStorage=true"))) as account:
        urls = [client.url.rstrip("/") for client in (account.blobs, account.queues, account.tables)]
    assert urls == [f"http://127.0.0.1:{port}/devstoreaccount1" for port in (10000, 10001, 10002)]


@pytest.mark.parametrize("client_id", ["", "11111111-2222-3333-4444-555555555555"])
def test_an_identity_goes_to_the_services_of_its_account(client_id: str) -> None:
    with closing(StorageAccount.by_identity("shopstate", client_id)) as account:
        urls = [client.url.rstrip("/") for client in (account.blobs, account.queues, account.tables)]
    assert urls == [f"https://shopstate.{service}.core.windows.net" for service in ("blob", "queue", "table")]


def test_every_request_is_told(azurite: Azurite, own_name: str) -> None:
    told: list[StorageCall] = []
    connection = SecretText(azurite.connection)
    with closing(StorageAccount.by_connection(connection, on_call=told.append)) as account:
        store = TableDocumentStore(account, own_name)
        store.put(Document("p", "first", {}))
        assert [call.path.rpartition("/")[2] for call in told] == [own_name, "Tables", own_name]
        told.clear()
        stored = store.put(Document("p", "second", {}))
        store.put(stored)
        store.get("p", "second")
        store.scan("p")
    assert [(call.service, call.method) for call in told] == [
        ("table", "POST"),
        ("table", "PUT"),
        ("table", "GET"),
        ("table", "GET"),
    ]


def test_requests_fill_no_log(
    storage: StorageAccount, own_name: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        AzureBlobStore(storage, own_name).put("a", b"x")
        AzureWorkQueue(storage, own_name).send("x")
        TableDocumentStore(storage, own_name).put(Document("p", "k", {}))
    assert caplog.records == []


def test_a_connection_string_is_not_seen_in_what_people_print() -> None:
    account = StorageAccount.by_connection(SecretText(development_storage()))
    assert "Eby8" not in repr(vars(account))
