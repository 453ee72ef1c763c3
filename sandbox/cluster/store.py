"""Objects of one cluster with their resourceVersions and the history that watches read.

Stored objects are never changed in place: `Stored.copy` gives one that may be.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson

Key = tuple[str, str]
FIRST_VERSION = 100


class Change(StrEnum):
    ADDED = "ADDED"
    MODIFIED = "MODIFIED"
    DELETED = "DELETED"


class Stored:
    """One object as it is at one resourceVersion. `body` is to be read only."""

    __slots__ = ("_encoded", "body", "key", "resource", "version")

    def __init__(self, resource: str, key: Key, version: int, body: dict[str, Any]) -> None:
        self.resource, self.key, self.version, self.body = resource, key, version, body
        self._encoded: bytes | None = None

    @property
    def encoded(self) -> bytes:
        """The body as JSON, encoded once."""
        if self._encoded is None:
            self._encoded = orjson.dumps(self.body)
        return self._encoded

    def copy(self) -> dict[str, Any]:
        """A body that may be changed."""
        copied: dict[str, Any] = orjson.loads(self.encoded)
        return copied


@dataclass(frozen=True, slots=True)
class Event:
    """One change. `object` is the state after it (for DELETED: the last state, at the deletion's version)."""

    change: Change
    object: Stored
    previous: Stored | None = None

    @property
    def version(self) -> int:
        return self.object.version


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The objects of one resource, ordered by namespace and name, at one resourceVersion."""

    items: tuple[Stored, ...]
    version: int


class StaleError(Exception):
    """The object is not at the version that the writer read, or is there when it should not be."""


class GoneError(Exception):
    """The history does not reach back so far."""

    def __init__(self, oldest: int) -> None:
        self.oldest = oldest
        super().__init__(str(oldest))


class Store:
    """All objects of a cluster. Safe to share between threads.

    `history` bounds how many events of each resource are kept for watches and continued lists. Versions start
    at FIRST_VERSION: what a client names below that is too old, as after a start of a real server.
    """

    def __init__(self, history: int = 2000) -> None:
        self._lock = threading.Lock()
        self._history = history
        self._version = self._oldest = FIRST_VERSION
        self._objects: dict[str, dict[Key, Stored]] = {}
        self._events: dict[str, list[Event]] = {}
        self._forgotten: dict[str, int] = {}
        self._news: dict[str, threading.Condition] = {}
        self._listeners: list[Callable[[Event], None]] = []

    @property
    def version(self) -> int:
        """The newest resourceVersion."""
        return self._version

    def listen(self, listener: Callable[[Event], None]) -> None:
        """Call `listener` with every change, in order, under the store's lock: it must return at once."""
        with self._lock:
            self._listeners.append(listener)

    def load(self, objects: Iterable[Stored], version: int) -> None:
        """Begin with what was there before a restart; `version` is the newest that was ever given out."""
        with self._lock:
            self._version = self._oldest = max(version, FIRST_VERSION)
            for stored in objects:
                self._objects.setdefault(stored.resource, {})[stored.key] = stored
                for listener in self._listeners:
                    listener(Event(Change.ADDED, stored))

    def get(self, resource: str, key: Key) -> Stored | None:
        return self._objects.get(resource, {}).get(key)

    def count(self, resource: str) -> int:
        return len(self._objects.get(resource, {}))

    def snapshot(self, resource: str, namespace: str = "", at: int = 0) -> Snapshot:
        """List one resource as it was at version `at` (0 = now). Raises GoneError if that is forgotten."""
        with self._lock:
            objects = dict(self._objects.get(resource, {}))
            version = at or self._version
            for event in reversed(self._since(resource, version)):
                key = event.object.key
                if event.previous is None:
                    objects.pop(key, None)
                else:
                    objects[key] = event.previous
        keys = sorted(key for key in objects if not namespace or key[0] == namespace)
        return Snapshot(tuple(objects[key] for key in keys), version)

    def select(self, resource: str, namespace: str = "") -> tuple[Stored, ...]:
        """The objects now, in no order: cheaper than a snapshot."""
        with self._lock:
            objects = self._objects.get(resource, {})
            return tuple(o for key, o in objects.items() if not namespace or key[0] == namespace)

    def resources(self) -> tuple[str, ...]:
        """Every resource that has objects."""
        with self._lock:
            return tuple(name for name, objects in self._objects.items() if objects)

    def create(self, resource: str, key: Key, body: dict[str, Any]) -> Stored:
        """Store a new object and set its resourceVersion. Raises StaleError if the name is taken."""
        with self._lock:
            if key in self._objects.get(resource, {}):
                raise StaleError(key)
            return self._commit(Change.ADDED, self._next(resource, key, body), None)

    def replace(self, previous: Stored, body: dict[str, Any]) -> Stored:
        """Store the next state of an object. Raises StaleError if `previous` is not the newest."""
        with self._lock:
            self._demand(previous)
            following = self._next(previous.resource, previous.key, body)
            return self._commit(Change.MODIFIED, following, previous)

    def remove(self, previous: Stored) -> Stored:
        """Remove an object. Raises StaleError if `previous` is not the newest."""
        with self._lock:
            self._demand(previous)
            following = self._next(previous.resource, previous.key, previous.copy())
            return self._commit(Change.DELETED, following, previous)

    def events(self, resource: str, since: int) -> list[Event]:
        """The changes of one resource after a version. Raises GoneError if they are forgotten."""
        with self._lock:
            return list(self._since(resource, since))

    def wait(self, resource: str, since: int, seconds: float) -> list[Event]:
        """The same, waiting up to `seconds` for the first one."""
        news = self._condition(resource)
        with news:
            if not (events := self._since(resource, since)):
                news.wait(seconds)
                events = self._since(resource, since)
            return list(events)

    def wake(self) -> None:
        """Let everybody who waits look again: the cluster stops."""
        for news in tuple(self._news.values()):
            with news:
                news.notify_all()

    def forget(self) -> None:
        """Drop the whole history, as etcd does when it is compacted."""
        with self._lock:
            for resource, events in self._events.items():
                events.clear()
                self._forgotten[resource] = self._version

    def _condition(self, resource: str) -> threading.Condition:
        with self._lock:
            return self._news.setdefault(resource, threading.Condition(self._lock))

    def _demand(self, previous: Stored) -> None:
        if self._objects.get(previous.resource, {}).get(previous.key) is not previous:
            raise StaleError(previous.key)

    def _next(self, resource: str, key: Key, body: dict[str, Any]) -> Stored:
        self._version += 1
        body["metadata"] = {**body["metadata"], "resourceVersion": str(self._version)}
        return Stored(resource, key, self._version, body)

    def _commit(self, change: Change, stored: Stored, previous: Stored | None) -> Stored:
        objects = self._objects.setdefault(stored.resource, {})
        if change is Change.DELETED:
            objects.pop(stored.key)
        else:
            objects[stored.key] = stored
        event = Event(change, stored, previous)
        self._remember(event)
        if news := self._news.get(stored.resource):
            news.notify_all()
        for listener in self._listeners:
            listener(event)
        return stored

    def _remember(self, event: Event) -> None:
        events = self._events.setdefault(event.object.resource, [])
        events.append(event)
        if len(events) > self._history * 2:
            dropped = events[: -self._history]
            del events[: -self._history]
            self._forgotten[event.object.resource] = dropped[-1].version

    def _since(self, resource: str, version: int) -> list[Event]:
        forgotten = self._forgotten.get(resource, self._oldest)
        if version < forgotten:
            raise GoneError(forgotten)
        events = self._events.get(resource, [])
        return events[bisect_right(events, version, key=lambda event: event.version) :]


def in_version(stored: Iterable[Stored], api_version: str) -> list[Stored]:
    """Show objects in another served version of their kind: conversion strategy None."""
    return [o if o.body.get("apiVersion") == api_version else _converted(o, api_version) for o in stored]


def _converted(stored: Stored, api_version: str) -> Stored:
    return Stored(stored.resource, stored.key, stored.version, {**stored.body, "apiVersion": api_version})
