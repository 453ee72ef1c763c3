"""Which objects name an owner: kept beside the store, so that nobody has to search."""

from __future__ import annotations

import threading
from typing import Any

from sandbox.cluster.store import Change, Event, Stored

Ref = tuple[str, tuple[str, str]]


class Owners:
    """Dependents by the uid of their owner, from the store's events. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._dependents: dict[str, set[Ref]] = {}
        self._uids: set[str] = set()

    def see(self, event: Event) -> None:
        """Follow one change."""
        ref = (event.object.resource, event.object.key)
        with self._lock:
            if event.previous is not None:
                for uid in owner_uids(event.previous):
                    self._dependents.get(uid, set()).discard(ref)
            uid = str(event.object.body["metadata"].get("uid"))
            if event.change is Change.DELETED:
                self._uids.discard(uid)
                return
            self._uids.add(uid)
            for owner in owner_uids(event.object):
                self._dependents.setdefault(owner, set()).add(ref)

    def of(self, uid: str) -> list[Ref]:
        """The dependents of an owner, ordered."""
        with self._lock:
            return sorted(self._dependents.get(uid, ()))

    def exists(self, uid: str) -> bool:
        """Whether an object with this uid is stored."""
        with self._lock:
            return uid in self._uids


def references(stored: Stored) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = stored.body["metadata"].get("ownerReferences") or []
    return found


def owner_uids(stored: Stored) -> list[str]:
    return [str(reference.get("uid")) for reference in references(stored)]
