"""What only Storage queues ask of their adapter."""

from __future__ import annotations

import base64
from contextlib import closing

from shared.adapters.azure.storage_account import StorageAccount, StorageCall
from shared.adapters.azure.work_queue import AzureWorkQueue
from shared.domain.access.secret_text import SecretText
from tests.azurite.azurite import Azurite


def test_texts_lie_in_base64_and_never_expire(storage: StorageAccount, own_name: str) -> None:
    AzureWorkQueue(storage, own_name).send("ü水")
    (lying,) = storage.queues.get_queue_client(own_name).peek_messages()
    assert base64.b64decode(lying.content).decode() == "ü水"
    assert lying.expires_on is not None
    assert lying.expires_on.year == 9999


def test_what_others_sent_as_it_is_arrives_as_it_is(storage: StorageAccount, own_name: str) -> None:
    queue = AzureWorkQueue(storage, own_name)
    sender = storage.queues.create_queue(own_name)
    for text in ('{"plain": "json"}', "//79"):  # the second is base64 of what is no text
        sender.send_message(text)
        message = queue.receive(30)
        assert message is not None
        assert message.text == text
        assert queue.complete(message)


def test_an_empty_queue_is_looked_at_less_and_less(azurite: Azurite, own_name: str) -> None:
    told: list[StorageCall] = []
    connection = SecretText(azurite.connection)
    with closing(StorageAccount.by_connection(connection, on_call=told.append)) as account:
        queue = AzureWorkQueue(account, own_name)
        for _ in range(10):
            assert not queue.wait(0.1)
        assert 2 <= len(told) <= 5, "at 0, 0.1, 0.3 and 0.7 s"
        queue.send("x")
        assert queue.wait(0)


def test_a_queue_that_nobody_sent_to_is_empty(storage: StorageAccount, own_name: str) -> None:
    queue = AzureWorkQueue(storage, own_name)
    assert queue.receive(30) is None
    assert not queue.wait(0)
    assert queue.length() == 0
    assert own_name not in {queue.name for queue in storage.queues.list_queues()}
