"""One thread that runs all controllers of a cluster: events in, reconciliations out, one after the other."""

from __future__ import annotations

import heapq
import logging
import queue
import threading
import time
from collections.abc import Iterable, Sequence
from typing import Protocol

from sandbox.cluster.api_error import ApiError
from sandbox.cluster.owners import Ref
from sandbox.cluster.store import Event, StaleError

log = logging.getLogger("sandbox.cluster")
_RETRY_SECONDS = 0.1


class Controller(Protocol):
    """Brings objects of some kinds to what they ask for."""

    def concerns(self, event: Event) -> Iterable[Ref]:
        """Which objects must be looked at because of this change."""
        ...

    def reconcile(self, ref: Ref) -> float | None:
        """Look at one object; return after how many seconds to look again, None for at the next change."""
        ...


class ControlLoop:
    """Runs controllers in one thread. Errors of one reconciliation are logged and tried again."""

    def __init__(self, controllers: Sequence[Controller]) -> None:
        self._controllers = controllers
        self._events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._due: list[tuple[float, int, Ref]] = []
        self._thread = threading.Thread(target=self._run, name="sandbox-controllers", daemon=True)

    def see(self, event: Event) -> None:
        """Take one change; returns at once."""
        self._events.put(event)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """End the thread after the reconciliation that runs now."""
        self._events.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while True:
            waiting: dict[tuple[int, Ref], None] = {}
            if not self._gather(waiting):
                return
            for number, ref in waiting:
                self._reconcile(number, ref)

    def _gather(self, waiting: dict[tuple[int, Ref], None]) -> bool:
        """Wait for something to do and collect all of it; False at the end."""
        timeout = max(0.0, self._due[0][0] - time.monotonic()) if self._due else None
        try:
            event = self._events.get(timeout=timeout)
            while True:
                if event is None:
                    return False
                for number, controller in enumerate(self._controllers):
                    waiting.update(dict.fromkeys((number, ref) for ref in controller.concerns(event)))
                event = self._events.get_nowait()
        except queue.Empty:
            pass
        while self._due and self._due[0][0] <= time.monotonic():
            _, number, ref = heapq.heappop(self._due)
            waiting[(number, ref)] = None
        return True

    def _reconcile(self, number: int, ref: Ref) -> None:
        try:
            again = self._controllers[number].reconcile(ref)
        except (ApiError, StaleError) as error:
            log.debug("reconciliation tried again", extra={"object": str(ref), "error": str(error)})
            again = _RETRY_SECONDS
        except Exception:
            log.exception("a sandbox controller failed", extra={"object": str(ref)})
            again = None
        if again is not None:
            heapq.heappush(self._due, (time.monotonic() + again, number, ref))
