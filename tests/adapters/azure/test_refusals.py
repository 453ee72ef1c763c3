"""What a busy, broken or strict service answers becomes an error that the queue understands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from shared.adapters.azure.blob_store import AzureBlobStore
from shared.adapters.azure.document_store import TableDocumentStore
from shared.adapters.azure.lease import BlobLeases
from shared.adapters.azure.storage_account import StorageAccount, development_storage
from shared.adapters.azure.work_queue import AzureWorkQueue
from shared.domain.access.secret_text import SecretText
from shared.errors import UnavailableError
from shared.ports.document_store import Document
from shared.ports.lease import Lease
from shared.ports.queue_receiver import ReceivedMessage
from tests.adapters.azure.busy_service import BusyService, busy_account
from tests.controlplane.processes import free_ports

Call = Callable[[StorageAccount], object]
LEASE, MESSAGE = Lease("app", "0" * 24 + "000000000001", 1), ReceivedMessage("id", "text", 1, "receipt")
CALLS: dict[str, Call] = {
    "documents get": lambda account: TableDocumentStore(account).get("p", "k"),
    "documents insert": lambda account: TableDocumentStore(account).put(Document("p", "k", {})),
    "documents update": lambda account: TableDocumentStore(account).put(Document("p", "k", {}, 'W/"1"')),
    "documents delete": lambda account: TableDocumentStore(account).delete(Document("p", "k", {}, 'W/"1"')),
    "documents scan": lambda account: TableDocumentStore(account).scan("p"),
    "documents spill": lambda account: TableDocumentStore(account).put(
        Document("p", "k", {"t": "x" * 99_999})
    ),
    "blobs get": lambda account: AzureBlobStore(account).get("a"),
    "blobs put": lambda account: AzureBlobStore(account).put("a", b"x"),
    "blobs exists": lambda account: AzureBlobStore(account).exists("a"),
    "blobs delete": lambda account: AzureBlobStore(account).delete("a"),
    "blobs list": lambda account: list(AzureBlobStore(account).list("a")),
    "queue send": lambda account: AzureWorkQueue(account, "work").send("x"),
    "queue receive": lambda account: AzureWorkQueue(account, "work").receive(30),
    "queue wait": lambda account: AzureWorkQueue(account, "work").wait(0),
    "queue complete": lambda account: AzureWorkQueue(account, "work").complete(MESSAGE),
    "queue abandon": lambda account: AzureWorkQueue(account, "work").abandon(MESSAGE, timedelta(seconds=1)),
    "queue extend": lambda account: AzureWorkQueue(account, "work").extend(MESSAGE, 30),
    "queue length": lambda account: AzureWorkQueue(account, "work").length(),
    "lease acquire": lambda account: BlobLeases(account).acquire("app"),
    "lease renew": lambda account: BlobLeases(account).renew(LEASE),
    "lease release": lambda account: BlobLeases(account).release(LEASE),
}
every_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)


@pytest.fixture
def busy() -> Iterator[tuple[BusyService, StorageAccount]]:
    with busy_account() as both:
        yield both


@every_call
@pytest.mark.parametrize(("status", "code"), [(503, "ServerBusy"), (429, "TooManyRequests")])
def test_throttling_is_told_at_once_with_the_services_own_wish(
    busy: tuple[BusyService, StorageAccount], call: Call, status: int, code: str
) -> None:
    service, account = busy
    service.status, service.code, service.headers = status, code, {"Retry-After": "17"}
    with pytest.raises(UnavailableError, match=f"answers {status}") as caught:
        call(account)
    assert caught.value.retry_after_seconds == 17
    assert len(service.requests) == 1


@every_call
def test_a_service_in_trouble_is_unavailable(busy: tuple[BusyService, StorageAccount], call: Call) -> None:
    service, account = busy
    service.status, service.code = 500, "InternalError"
    with pytest.raises(UnavailableError, match="answers 500") as caught:
        call(account)
    assert caught.value.retry_after_seconds is None


@every_call
def test_who_is_not_let_in_is_told_the_way(busy: tuple[BusyService, StorageAccount], call: Call) -> None:
    service, account = busy
    service.status, service.code = 403, "AuthorizationPermissionMismatch"
    with pytest.raises(UnavailableError, match="give the identity the data roles"):
        call(account)


@every_call
def test_a_connection_that_breaks_is_tried_once_more(
    busy: tuple[BusyService, StorageAccount], call: Call
) -> None:
    service, account = busy
    service.hang_up = 1
    with pytest.raises(UnavailableError, match="answers 503"):
        call(account)
    assert len(service.requests) == 2
    service.hang_up = 100
    with pytest.raises(UnavailableError, match=r"cannot be reached \(Service\w+Error\)"):
        call(account)
    assert len(service.requests) == 4


@every_call
def test_nobody_there_is_unavailable_and_no_address_or_key_is_told(call: Call) -> None:
    connection = development_storage(*free_ports(3))
    account = StorageAccount.by_connection(SecretText(connection))
    with closing(account), pytest.raises(UnavailableError, match="cannot be reached") as caught:
        call(account)
    assert "127.0.0.1" not in str(caught.value)
    assert "AccountKey" not in str(caught.value)
