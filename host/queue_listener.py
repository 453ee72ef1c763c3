"""Feeds one queue function: takes messages, calls, and decides what becomes of each."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from queue import SimpleQueue
from threading import Condition, Event, Lock, Thread
from time import monotonic
from typing import Protocol

from azure.functions.queue import QueueMessage

from host.configuration import QueueRules
from host.indexing import QueueFunction
from host.invocation import invoke
from shared.ports.counters import Counters
from shared.ports.queue_receiver import QueueReceiver, ReceivedMessage
from shared.ports.work_queue import WorkQueue

log = logging.getLogger(__name__)
_WAIT_SECONDS = 1.0  # each look at rest costs CPU
_AWAY_SECONDS = 1.0
_HINT_CHARACTERS = 2000


class HostQueue(WorkQueue, QueueReceiver, Protocol):
    """Both sides of a queue."""


Queues = Callable[[str], HostQueue]


@dataclass(slots=True)
class _Running:
    message: ReceivedMessage
    since: float  # monotonic


class QueueListener:
    """One thread claims messages while workers are free; up to `rules.workers` threads run the function.

    A worker is started when all others are at work: most queues never need a second one.

    Success completes the message. An exception gives it back for `visibility_timeout`; at
    `max_dequeue_count` it goes to the poison queue. A claim is renewed while its function runs.
    Source: Azure WebJobs SDK, Storage queue trigger (QueueProcessor).
    """

    def __init__(
        self, function: QueueFunction, queues: Queues, rules: QueueRules, counters: Counters
    ) -> None:
        self._function = function
        self._counters = counters
        self._queues = queues
        self._queue = queues(function.queue_name)
        self._rules = rules
        self._stopping = Event()
        self._handed: SimpleQueue[ReceivedMessage | None] = SimpleQueue()
        self._changed = Condition()
        self._claiming = Lock()
        self._running: dict[str, _Running] = {}
        name = function.function.name
        self._listener = Thread(target=self._listen, name=f"{name} listener", daemon=True)
        self._renewer = Thread(target=self._renew, name=f"{name} claims", daemon=True)
        self._workers: list[Thread] = []

    def start(self) -> None:
        self._listener.start()
        self._renewer.start()

    def stop(self) -> None:
        """Claim no more messages; running functions go on."""
        self._stopping.set()
        with self._changed:
            self._changed.notify_all()

    def join(self, deadline: float) -> bool:
        """Wait until `deadline` (monotonic seconds) for running functions; False when one still runs."""
        if not self._claiming.acquire(timeout=max(0.0, deadline - monotonic())):
            return False
        self._claiming.release()  # from here on nothing is claimed: the listener may wait to its end
        for _ in self._workers:
            self._handed.put(None)
        with self._changed:
            done = self._changed.wait_for(lambda: not self._running, max(0.0, deadline - monotonic()))
        for thread in (*self._workers, self._renewer) if done else ():
            thread.join()
        return done

    def _listen(self) -> None:
        while not self._stopping.is_set():
            try:
                self._take_one()
            except Exception:  # whatever it is: without this thread nobody would look again
                if self._stopping.is_set():  # the store may be closed by now
                    return
                log.exception("queue cannot be read", extra={"queue": self._function.queue_name})
                self._stopping.wait(_AWAY_SECONDS)

    def _take_one(self) -> None:
        with self._changed:
            free = self._changed.wait_for(
                lambda: self._stopping.is_set() or len(self._running) < self._rules.workers, _WAIT_SECONDS
            )
        if not free or not self._queue.wait(_WAIT_SECONDS):
            return
        with self._claiming:
            if not self._stopping.is_set():
                self._claim_one()

    def _claim_one(self) -> None:
        message = self._queue.receive(self._rules.claim_seconds)
        if message is None:
            return
        with self._changed:
            self._running[message.receipt] = _Running(message, monotonic())
            missing = len(self._running) > len(self._workers)
        self._handed.put(message)
        if missing:
            self._start_worker()

    def _start_worker(self) -> None:
        name = f"{self._function.function.name} {len(self._workers)}"
        worker = Thread(target=self._work, name=name, daemon=True)
        worker.start()
        self._workers.append(worker)

    def _work(self) -> None:
        while (message := self._handed.get()) is not None:
            try:
                self._run(message)
            except Exception:  # the queue is away: the claim ends by itself and the message comes again
                log.exception("message cannot be settled", extra={"queue": self._function.queue_name})
            finally:
                with self._changed:
                    del self._running[message.receipt]
                    self._changed.notify_all()

    def _run(self, message: ReceivedMessage) -> None:
        if message.dequeue_count > self._rules.max_dequeue_count:
            self._poison(message, "the process died each time it ran")
            return
        try:
            invoke(self._function.function, self._trigger(message), self._queues)
        except Exception:
            hint = traceback.format_exc()[-_HINT_CHARACTERS:]
            log.exception("queue function failed", extra=self._about(message))
            if message.dequeue_count >= self._rules.max_dequeue_count:
                self._poison(message, hint)
            else:
                self._queue.abandon(message, self._rules.visibility_timeout)
                self._count("failed")
            return
        self._count("done")
        if not self._queue.complete(message):
            log.warning("message was claimed anew while it ran", extra=self._about(message))

    def _poison(self, message: ReceivedMessage, hint: str) -> None:
        log.error("message goes to the poison queue", extra=self._about(message))
        self._queue.poison(message, hint)
        self._count("given up")

    def _count(self, outcome: str) -> None:
        labels = {"queue": self._function.queue_name, "outcome": outcome}
        self._counters.add("tidegate_queue_handled_total", labels)

    def _trigger(self, message: ReceivedMessage) -> object:
        if self._function.function.trigger_type is str:
            return message.text
        if self._function.function.trigger_type is bytes:
            return message.text.encode()
        return QueueMessage(
            id=message.id, body=message.text, dequeue_count=message.dequeue_count, pop_receipt=message.receipt
        )

    def _renew(self) -> None:
        """Renew claims at a third of their time, and one last time on a stop, for who is still running."""
        while not self._stopping.wait(self._rules.claim_seconds / 3):
            self._extend_all()
        self._extend_all()

    def _extend_all(self) -> None:
        with self._changed:
            running = list(self._running.values())
        for each in running:
            if timedelta(seconds=monotonic() - each.since) > self._rules.function_timeout:
                log.error("function runs longer than functionTimeout", extra=self._about(each.message))
                continue
            try:
                self._queue.extend(each.message, self._rules.claim_seconds)
            except Exception:
                log.exception("claim cannot be renewed", extra=self._about(each.message))

    def _about(self, message: ReceivedMessage) -> dict[str, object]:
        return {
            "function": self._function.function.name,
            "queue": self._function.queue_name,
            "message_id": message.id,
            "dequeue_count": message.dequeue_count,
        }
