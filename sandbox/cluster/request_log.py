"""What clients asked a cluster for, and whether it changed anything."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Request:
    """One answered request. `changed`: the store holds something new; `status` 0: no answer was sent.

    `verb` is Kubernetes' (get, list, watch, create, update, patch, delete, deletecollection), `resource` like
    `deployments.apps/status`, "" outside of resources; `agent` is the User-Agent.
    """

    verb: str
    path: str
    query: str
    content_type: str
    status: int
    manager: str = ""
    dry_run: bool = False
    changed: bool = False
    resource: str = ""
    namespace: str = ""
    name: str = ""
    agent: str = ""


class RequestLog:
    """The last `size` requests, oldest first. Safe to share between threads and clusters."""

    def __init__(self, size: int = 100_000) -> None:
        self._lock = threading.Lock()
        self._requests: deque[Request] = deque(maxlen=size)

    def add(self, request: Request) -> None:
        with self._lock:
            self._requests.append(request)

    def all(self) -> list[Request]:
        with self._lock:
            return list(self._requests)

    def changes(self) -> list[Request]:
        """Only the requests that changed the store."""
        return [request for request in self.all() if request.changed]

    def clear(self) -> None:
        with self._lock:
            self._requests.clear()
