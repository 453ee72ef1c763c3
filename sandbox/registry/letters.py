"""Webhooks of a registry: tried once, from a thread of their own, never again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from queue import Queue
from threading import Condition, Thread
from typing import Any

from sandbox.post_once import TIMEOUT_SECONDS, post_once

_HEADERS = {"Content-Type": "application/json", "User-Agent": "AzureContainerRegistry/1.0"}


@dataclass(frozen=True, slots=True)
class Letter:
    """What became of one event. `status` is the HTTP status, 0 = no answer or lost."""

    url: str
    action: str
    status: int
    lost: bool = False


class RegistryPostman:
    """A push never waits for its webhooks."""

    def __init__(self) -> None:
        self.delivered: list[Letter] = []
        self.losing = False
        self._waiting: Queue[tuple[str, dict[str, str], dict[str, Any], bool] | None] = Queue()
        self._unsettled = 0
        self._changed = Condition()
        self._thread = Thread(target=self._work, name="sandbox-registry-webhooks", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Deliver what was accepted, then end."""
        self._waiting.put(None)
        self._thread.join(TIMEOUT_SECONDS + 1)

    def send(self, url: str, headers: Mapping[str, str], body: Mapping[str, Any]) -> None:
        with self._changed:
            self._unsettled += 1
        self._waiting.put((url, dict(headers), dict(body), self.losing))

    def settled(self, timeout_seconds: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self._unsettled == 0, timeout_seconds)

    def _work(self) -> None:
        while (letter := self._waiting.get()) is not None:
            url, headers, body, lost = letter
            status = 0 if lost else post_once(url, json.dumps(body).encode(), {**_HEADERS, **headers})
            with self._changed:
                self.delivered.append(Letter(url, body["action"], status, lost))
                self._unsettled -= 1
                self._changed.notify_all()
