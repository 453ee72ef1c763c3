"""core/v1 Events: what controllers say about objects, counted when they say it again.

Source: k8s.io/client-go/tools/record; the fields of a 1.34 server, which forgets events after an hour.
"""

from __future__ import annotations

import secrets
import threading
import uuid
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sandbox.cluster.lifecycle import Timestamps
from sandbox.cluster.store import StaleError, Store, Stored

_Json = dict[str, Any]
_MOST = 2000
_FIELDS = (
    *("count", "firstTimestamp", "involvedObject", "lastTimestamp", "message", "reason"),
    *("reportingComponent", "source", "type"),
)


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence about an object. `source` names the controller, `part` a field path in the object."""

    reason: str
    message: str
    source: str
    warning: bool = False
    part: str = ""


class EventWriter:
    """Writes the events of one cluster; the newest 2000 stay. Safe to share between threads."""

    def __init__(self, store: Store, clock: Timestamps) -> None:
        self._store, self._clock = store, clock
        self._lock = threading.Lock()
        self._names: dict[tuple[str, Said], tuple[str, str]] = {}
        self._written: deque[tuple[str, str]] = deque()

    def tell(self, about: Stored, said: Said) -> None:
        """Write the event, or count it once more. A namespace that ends takes no new ones."""
        namespace = about.key[0] or "default"
        home = self._store.get("namespaces", ("", namespace))
        if home is None or home.body["metadata"].get("deletionTimestamp"):
            return
        known = (str(about.body["metadata"]["uid"]), said)
        with self._lock:
            key = self._names.get(known)
            if key is None or not self._again(key):
                key = (namespace, f"{about.key[1]}.{secrets.token_hex(8)}")
                self._store.create("events", key, self._event(key, about, said))
                self._names[known] = key
                self._written.append(key)
                self._forget()

    def _again(self, key: tuple[str, str]) -> bool:
        """Count a known event; False when it is gone."""
        while (stored := self._store.get("events", key)) is not None:
            body = stored.copy()
            body["count"], body["lastTimestamp"] = int(body.get("count") or 1) + 1, self._clock.text()
            try:
                self._store.replace(stored, body)
            except StaleError:
                continue
            return True
        return False

    def _event(self, key: tuple[str, str], about: Stored, said: Said) -> _Json:
        now, node = self._clock.text(), "sandbox-node" if said.source == "kubelet" else ""
        metadata = {
            "name": key[1],
            "namespace": key[0],
            "uid": str(uuid.uuid4()),
            "creationTimestamp": now,
            "managedFields": [_owned(said.source, now)],
        }
        involved = {
            "kind": about.body["kind"],
            "namespace": about.key[0],
            "name": about.key[1],
            "uid": about.body["metadata"]["uid"],
            "apiVersion": about.body["apiVersion"],
            "resourceVersion": about.body["metadata"]["resourceVersion"],
            "fieldPath": said.part,
        }
        return {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": metadata,
            "involvedObject": {field: text for field, text in involved.items() if text},
            "reason": said.reason,
            "message": said.message,
            "source": {"component": said.source, **({"host": node} if node else {})},
            "firstTimestamp": now,
            "lastTimestamp": now,
            "count": 1,
            "type": "Warning" if said.warning else "Normal",
            "eventTime": None,
            "reportingComponent": said.source,
            "reportingInstance": node,
        }

    def _forget(self) -> None:
        if len(self._written) <= _MOST:
            return
        oldest = self._written.popleft()
        self._names = {known: key for known, key in self._names.items() if key != oldest}
        with suppress(StaleError):
            if stored := self._store.get("events", oldest):
                self._store.remove(stored)


def _owned(manager: str, now: str) -> _Json:
    """All events are made of the same fields: nobody needs to work out who owns them."""
    fields: _Json = {f"f:{name}": {} for name in _FIELDS}
    entry = {"manager": manager, "operation": "Update", "apiVersion": "v1", "time": now}
    return {**entry, "fieldsType": "FieldsV1", "fieldsV1": fields}
