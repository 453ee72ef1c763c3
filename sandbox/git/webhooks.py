"""Deliver webhooks as GitHub does: signed, once, in order, each within ten seconds, never again."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from queue import Queue
from threading import Condition, Thread
from typing import Any
from urllib.parse import urlencode

from sandbox.post_once import TIMEOUT_SECONDS, post_once


@dataclass(frozen=True, slots=True)
class Hook:
    """One webhook of a repository. `form` sends `payload=…` as GitHub's other content type."""

    id: int
    full_name: str
    url: str
    secret: str
    form: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one event. `status` is the HTTP status, 0 = no answer or lost; seconds of waiting."""

    guid: str
    event: str
    url: str
    status: int
    duration_seconds: float
    lost: bool = False


class Postman:
    """Sends events from a thread of its own, so that a push never waits for its webhooks."""

    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []
        self.losing = False
        self._waiting: Queue[tuple[Hook, str, bytes] | None] = Queue()
        self._unsettled = 0
        self._changed = Condition()
        self._thread = Thread(target=self._work, name="sandbox-webhooks", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Deliver what was accepted, then end."""
        self._waiting.put(None)
        self._thread.join(TIMEOUT_SECONDS + 1)

    def send(self, hook: Hook, event: str, payload: Mapping[str, Any]) -> None:
        """Queue one event."""
        with self._changed:
            self._unsettled += 1
        self._waiting.put((hook, event, _encode(payload, hook.form)))

    def settled(self, timeout_seconds: float) -> bool:
        """Wait until every accepted event was delivered, failed or lost; False if that took too long."""
        with self._changed:
            return self._changed.wait_for(lambda: self._unsettled == 0, timeout_seconds)

    def _work(self) -> None:
        while (letter := self._waiting.get()) is not None:
            delivery = self._deliver(*letter)
            with self._changed:
                self.deliveries.append(delivery)
                self._unsettled -= 1
                self._changed.notify_all()

    def _deliver(self, hook: Hook, event: str, body: bytes) -> Delivery:
        guid = str(uuid.uuid4())
        if self.losing:
            return Delivery(guid, event, hook.url, 0, 0.0, lost=True)
        started = time.monotonic()
        status = post_once(hook.url, body, _headers(hook, event, guid, body))
        return Delivery(guid, event, hook.url, status, time.monotonic() - started)


def _encode(payload: Mapping[str, Any], form: bool) -> bytes:
    text = json.dumps(payload, ensure_ascii=False)
    return urlencode({"payload": text}).encode() if form else text.encode()


def _headers(hook: Hook, event: str, guid: str, body: bytes) -> dict[str, str]:
    headers = {
        "User-Agent": "GitHub-Hookshot/sandbox",
        "Accept": "*/*",
        "Content-Type": "application/x-www-form-urlencoded" if hook.form else "application/json",
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": guid,
        "X-GitHub-Hook-ID": str(hook.id),
        "X-GitHub-Hook-Installation-Target-Type": "repository",
    }
    if hook.secret:
        key = hook.secret.encode()
        headers["X-Hub-Signature"] = "sha1=" + hmac.new(key, body, hashlib.sha1).hexdigest()
        headers["X-Hub-Signature-256"] = "sha256=" + hmac.new(key, body, hashlib.sha256).hexdigest()
    return headers
