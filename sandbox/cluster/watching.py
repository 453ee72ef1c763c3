"""WATCH: a stream of JSON lines from a resourceVersion on.

Source: k8s.io/apiserver/pkg/endpoints/handlers/watch.go; objects that leave a selector show as DELETED.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import orjson

from sandbox.cluster import api_error
from sandbox.cluster.forms import Form, Whole
from sandbox.cluster.reading import Selection
from sandbox.cluster.request import Target
from sandbox.cluster.store import Change, Event, GoneError, Snapshot, Store, Stored

BOOKMARK_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """`since` None is "from now"; `seconds` until the server ends the stream.

    `initial` shows first what exists, `ends_initial` closes that with a bookmark that says so.
    """

    since: int | None = None
    seconds: float = 1800
    bookmarks: bool = False
    initial: bool = False
    ends_initial: bool = False
    form: Form = Whole()


class Watching:
    """One watch. Iterate over its lines until the time is over or `stopped` says so."""

    def __init__(
        self,
        store: Store,
        target: Target,
        selection: Selection,
        options: WatchOptions,
        stopped: Callable[[], bool],
    ) -> None:
        self._store, self._target, self._selection = store, target, selection
        self._options, self._stopped = options, stopped
        self._resource = target.kind.resource

    def lines(self) -> Iterator[bytes]:
        """Yield one JSON line for each change; the last one is a 410 when the history is gone.

        b"" comes between them, so that a client who left is noticed.
        """
        since = self._options.since
        if since is None or self._options.initial:
            snapshot = self._store.snapshot(self._resource, self._target.namespace)
            since = snapshot.version
            yield from (self._line(event) for event in self._initial(snapshot))
            if self._options.ends_initial:
                yield self._bookmark(since, initial=True)
        try:
            yield from self._follow(since)
        except GoneError as error:
            status = api_error.expired(f"too old resource version: {since} ({error.oldest})").status()
            yield orjson.dumps({"type": "ERROR", "object": status}) + b"\n"

    def _initial(self, snapshot: Snapshot) -> Iterator[Event]:
        if self._options.initial:
            yield from (Event(Change.ADDED, i) for i in snapshot.items if self._selection.takes(i))

    def _follow(self, since: int) -> Iterator[bytes]:
        ends = time.monotonic() + self._options.seconds
        marked = time.monotonic()
        while not self._stopped():
            left = ends - time.monotonic()
            # a version read before the events: a bookmark must not promise what was not yet sent
            newest = max(since, self._store.version)
            events = self._store.wait(self._resource, since, max(0.0, min(left, BOOKMARK_SECONDS)))
            for event in events:
                if line := self._seen(event):
                    yield line
            since = events[-1].version if events else newest
            yield b""
            over = time.monotonic() >= ends
            if self._options.bookmarks and (over or time.monotonic() - marked >= BOOKMARK_SECONDS):
                marked = time.monotonic()
                yield self._bookmark(since)
            if over:
                return

    def _seen(self, event: Event) -> bytes:
        """The event as this selection sees it, b"" when it does not."""
        if self._target.namespace and event.object.key[0] != self._target.namespace:
            return b""
        now = self._selection.takes(event.object)
        before = event.previous is not None and self._selection.takes(event.previous)
        if event.change is Change.DELETED:
            return self._line(event) if before else b""
        if now:
            return self._line(Event(Change.MODIFIED if before else Change.ADDED, event.object))
        if not before or event.previous is None:
            return b""
        # the last state that was selected, at the version that took it away
        metadata = {**event.previous.body["metadata"], "resourceVersion": str(event.version)}
        body = {**event.previous.body, "metadata": metadata}
        return self._line(
            Event(Change.DELETED, Stored(self._resource, event.object.key, event.version, body))
        )

    def _line(self, event: Event) -> bytes:
        body = self._options.form.one(self._target.kind, event.object)
        return b'{"type":"' + event.change.encode() + b'","object":' + body + b"}\n"

    def _bookmark(self, version: int, *, initial: bool = False) -> bytes:
        kind = self._target.kind
        metadata: dict[str, object] = {"resourceVersion": str(version)}
        if initial:
            metadata["annotations"] = {"k8s.io/initial-events-end": "true"}
        body = {"kind": kind.kind, "apiVersion": kind.api_version, "metadata": metadata}
        return orjson.dumps({"type": "BOOKMARK", "object": body}) + b"\n"
