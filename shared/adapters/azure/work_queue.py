"""WorkQueue and QueueReceiver on Storage queues."""

from __future__ import annotations

import base64
import binascii
import logging
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import parsedate_to_datetime
from threading import Event, Lock
from typing import Any

from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.core.pipeline import PipelineResponse
from azure.storage.queue import QueueClient, TextBase64EncodePolicy
from azure.storage.queue._generated import models

from shared.adapters.azure.refusals import code_of, made_first, translated
from shared.adapters.azure.sdk_models import find_fields
from shared.adapters.azure.storage_account import StorageAccount
from shared.errors import PayloadTooLargeError
from shared.ports.queue_receiver import ReceivedMessage

log = logging.getLogger(__name__)
_MAX_BYTES = 48 * 1024
_MAX_DELAY = timedelta(days=7)
_FOREVER = -1
_POISON_SECONDS = 60.0
_NO_RECEIPT = "none"
_MISSING = "QueueNotFound"
_LOST = ("MessageNotFound", "PopReceiptMismatch", "InvalidQueryParameterValue", _MISSING)
_FIRST_LOOK_SECONDS, _LAST_LOOK_SECONDS = 0.1, 2.0
find_fields(models)


@dataclass(slots=True)
class _Claim:
    """The service gives a new receipt at each change; one change at a time, each with the last receipt."""

    receipt: str
    lost: bool = False
    lock: Lock = field(default_factory=Lock)


class AzureWorkQueue:
    """One queue, both sides of it. See the ports work_queue and queue_receiver.

    Texts travel in base64, as the Functions host wants them. Delays count in whole seconds, never shorter
    than asked. The queue is made when it is first sent to. Order is the service's, mostly first in first out.
    `wait` looks after 0.1 s, then after twice as long each time up to 2 s, like host.json's
    maxPollingInterval (Source: Azure WebJobs SDK, QueueListener and RandomizedExponentialBackoffStrategy).
    """

    def __init__(self, account: StorageAccount, name: str) -> None:
        self.name = name
        self._account = account
        self._claims: dict[tuple[str, str], _Claim] = {}
        self._pause, self._look_at = 0.0, 0.0  # seconds, monotonic
        self._sent = Event()

    def send(self, text: str, delay: timedelta = timedelta(0)) -> None:
        size = len(text.encode())
        if size > _MAX_BYTES:
            raise PayloadTooLargeError(
                f"message for queue {self.name}: has {size} bytes, more than {_MAX_BYTES}. Send a name"
            )
        seconds = _delay_seconds(delay)
        queue = self._client(self.name)
        with translated(f"send to queue {self.name}"):
            made_first(
                lambda: queue.send_message(text, visibility_timeout=seconds, time_to_live=_FOREVER),
                queue.create_queue,
                _MISSING,
            )
        self._look_soon()

    def receive(self, visibility_seconds: float) -> ReceivedMessage | None:
        with translated(f"receive from queue {self.name}"):
            try:
                found = self._client(self.name).receive_message(
                    visibility_timeout=max(1, math.ceil(visibility_seconds))
                )
            except ResourceNotFoundError:
                return None
        if found is None:
            return None
        receipt = str(found.pop_receipt)
        self._claims[found.id, receipt] = _Claim(receipt)
        self._look_soon()
        return ReceivedMessage(found.id, _decoded(found.content), int(found.dequeue_count or 1), receipt)

    def complete(self, message: ReceivedMessage) -> bool:
        with self._claimed("complete", message, ends=True) as claim:
            self._client(self.name).delete_message(message.id, claim.receipt)
        return not claim.lost

    def abandon(self, message: ReceivedMessage, delay: timedelta = timedelta(0)) -> bool:
        seconds = _delay_seconds(delay)
        with self._claimed("abandon", message, ends=True) as claim:
            self._hide(message, claim, seconds)
        self._look_soon()
        return not claim.lost

    def extend(self, message: ReceivedMessage, seconds: float) -> bool:
        with self._claimed("extend", message) as claim:
            self._hide(message, claim, max(1, math.ceil(seconds)))
        return not claim.lost

    def poison(self, message: ReceivedMessage, traceback_hint: str = "") -> bool:
        """The hint goes to the log: a Storage queue keeps texts only."""
        if not self.extend(message, _POISON_SECONDS):
            return False
        target = f"{self.name}-poison"
        # sent before it is removed, as the platform does: a crash between leaves two of it, never none
        AzureWorkQueue(self._account, target).send(message.text)
        about = {"queue": target, "message_id": message.id, "hint": traceback_hint}
        log.warning("message is poison", extra=about)
        return self.complete(message)

    def wait(self, timeout: float) -> bool:
        deadline = time.monotonic() + timeout
        while True:
            if time.monotonic() >= self._look_at:
                if self._is_due():
                    return True
                self._pause = min(max(_FIRST_LOOK_SECONDS, 2 * self._pause), _LAST_LOOK_SECONDS)
                self._look_at = time.monotonic() + self._pause
            remaining = min(deadline, self._look_at) - time.monotonic()
            if time.monotonic() >= deadline:
                return False
            self._sent.wait(max(0.0, remaining))
            self._sent.clear()

    def length(self) -> int:
        """Messages in the queue, about: due, delayed and claimed."""
        with translated(f"count queue {self.name}"):
            try:
                return int(self._client(self.name).get_queue_properties().approximate_message_count or 0)
            except ResourceNotFoundError:
                return 0

    def waiting(self) -> timedelta | None:
        """How long ago the first message that is due was sent, by the service's clock; None without one."""
        seen: list[str] = []

        def note(response: PipelineResponse[Any, Any]) -> None:
            seen.append(str(response.http_response.headers.get("Date", "")))

        with translated(f"look into queue {self.name}"):
            try:
                found = self._client(self.name).peek_messages(raw_response_hook=note)
            except ResourceNotFoundError:
                return None
        sent = found[0].inserted_on if found else None
        if sent is None or not seen:
            return None
        return max(timedelta(0), parsedate_to_datetime(seen[-1]) - sent)

    def _is_due(self) -> bool:
        with translated(f"look into queue {self.name}"):
            try:
                return bool(self._client(self.name).peek_messages())
            except ResourceNotFoundError:
                return False

    def _look_soon(self) -> None:
        self._pause = self._look_at = 0.0
        self._sent.set()

    def _hide(self, message: ReceivedMessage, claim: _Claim, seconds: int) -> None:
        updated = self._client(self.name).update_message(
            message.id, claim.receipt, visibility_timeout=seconds
        )
        claim.receipt = str(updated.pop_receipt)

    @contextmanager
    def _claimed(self, verb: str, message: ReceivedMessage, *, ends: bool = False) -> Iterator[_Claim]:
        """Yield the claim for one change, and note on it when the service says that it is lost."""
        key = message.id, message.receipt
        claim = self._claims.get(key) or _Claim(message.receipt or _NO_RECEIPT)
        with claim.lock, translated(f"{verb} a message of queue {self.name}"):
            try:
                yield claim
            except HttpResponseError as error:
                if code_of(error) not in _LOST:
                    raise
                claim.lost = True
        if ends or claim.lost:
            self._claims.pop(key, None)

    def _client(self, name: str) -> QueueClient:
        return self._account.queues.get_queue_client(name, message_encode_policy=TextBase64EncodePolicy())


def _delay_seconds(delay: timedelta) -> int:
    if not timedelta(0) <= delay <= _MAX_DELAY:
        raise ValueError(f"the delay of a message must be between 0 and 7 days, not {delay}")
    return math.ceil(delay.total_seconds())


def _decoded(content: object) -> str:
    """Text that is no base64 was sent by someone else: the function gets it as it is and judges."""
    text = str(content)
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, ValueError):
        return text
