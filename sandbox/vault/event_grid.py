"""Event Grid behind a vault: events about new versions, delivered in order by a thread of their own."""

from __future__ import annotations

import http.client
import json
import threading
import uuid
from collections.abc import Callable
from queue import Queue
from typing import Any
from urllib.parse import urlsplit

from sandbox.arm.managed_cluster import SUBSCRIPTION
from sandbox.vault.vault_content import StoredVersion, VaultContent

Deliver = Callable[[bytes], None]
_STOP_SECONDS = 5.0
_TIMEOUT_SECONDS = 10.0


def new_version_event(vault: VaultContent, name: str, version: StoredVersion) -> dict[str, Any]:
    """An event in Event Grid's schema. Source: Microsoft's reference of Key Vault events."""
    group = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/vaults/providers/Microsoft.KeyVault"
    moments = {"NBF": version.not_before, "EXP": version.expires}
    return {
        "id": str(uuid.uuid4()),
        "topic": f"{group}/vaults/{vault.name}",
        "subject": name,
        "eventType": "Microsoft.KeyVault.SecretNewVersionCreated",
        "eventTime": version.created.isoformat(),
        "data": {
            "Id": vault.url_of(name, version.id),
            "VaultName": vault.name,
            "ObjectType": "Secret",
            "ObjectName": name,
            "Version": version.id,
            **{key: int(moment.timestamp()) if moment else None for key, moment in moments.items()},
        },
        "dataVersion": "1",
        "metadataVersion": "1",
    }


def webhook(url: str, secret: str) -> Deliver:
    """A subscription that posts to a URL, with `secret` as a delivery property. Does the handshake at once.

    Raises OSError when nobody is there, or the code does not come back.
    """
    code = str(uuid.uuid4())
    event = {"eventType": "Microsoft.EventGrid.SubscriptionValidationEvent", "data": {"validationCode": code}}
    answer = _post(url, secret, "SubscriptionValidation", json.dumps([event]).encode())
    if json.loads(answer or b"{}").get("validationResponse") != code:
        raise ConnectionError(f"{url} did not answer the handshake")
    return lambda body: _deliver(url, secret, body)


def _deliver(url: str, secret: str, body: bytes) -> None:
    _post(url, secret, "Notification", b"[" + body + b"]")


def _post(url: str, secret: str, kind: str, body: bytes) -> bytes:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=_TIMEOUT_SECONDS)
    headers = {
        "Content-Type": "application/json",
        "aeg-event-type": kind,
        "Authorization": f"Bearer {secret}",
    }
    try:
        connection.request("POST", parts.path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
    except http.client.HTTPException as error:
        raise ConnectionError(str(error)) from error
    finally:
        connection.close()
    if answer.status >= 300:
        raise ConnectionError(f"{url} answers {answer.status}")
    return content


class SandboxEventGrid:
    """Sends each event to every subscriber. What is sent while `losing` is lost for good."""

    def __init__(self) -> None:
        self.losing = False
        self.delivered = 0
        self._subscribers: list[Deliver] = []
        self._waiting: Queue[bytes | None] = Queue()
        self._thread = threading.Thread(target=self._work, name="sandbox-event-grid", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Deliver what was accepted, then end."""
        self._waiting.put(None)
        self._thread.join(_STOP_SECONDS)

    def subscribe(self, deliver: Deliver) -> None:
        """`deliver` gets the JSON of one event; an error of it loses the event."""
        self._subscribers.append(deliver)

    def unsubscribe_all(self) -> None:
        self._subscribers.clear()

    def send(self, event: dict[str, Any]) -> None:
        if not self.losing:
            self._waiting.put(json.dumps(event).encode())

    def _work(self) -> None:
        while (body := self._waiting.get()) is not None:
            for deliver in list(self._subscribers):
                try:
                    deliver(body)
                    self.delivered += 1
                except OSError:  # nobody there: Event Grid would try again, a test loses it
                    continue
