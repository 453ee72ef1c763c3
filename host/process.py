"""The host: an app's functions, running in this process until told to stop."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from threading import Event, Thread
from time import monotonic

import azure.functions as func

from host.configuration import HostConfig
from host.http_functions import HttpFunctions
from host.http_server import HttpServer
from host.indexing import index_app
from host.queue_listener import QueueListener, Queues
from host.timers import TimerListener, TimerMonitor
from shared.adapters.memory.document_store import MemoryDocumentStore
from shared.adapters.system.clock import SystemClock
from shared.ports.clock import Clock
from shared.ports.document_store import DocumentStore

log = logging.getLogger(__name__)
Worker = Callable[[Event], None]
GRACE_SECONDS = 10.0
_RESTART_SECONDS = 5.0
_LOOK_SECONDS = 0.5


class Host:
    """Everything is checked when it is made, and nothing runs before `start`.

    `workers` run beside the functions, each in its own thread, until their event is set; one that fails is
    started again after some seconds. `documents` remembers when timers fired. The counters of `config` are
    shown from now on.
    Raises InvalidSpecError for functions that the platform would refuse, UnavailableError for a taken port.
    """

    def __init__(
        self,
        app: func.FunctionApp,
        queues: Queues,
        config: HostConfig = HostConfig(),
        *,
        workers: Sequence[Worker] = (),
        documents: DocumentStore | None = None,
        clock: Clock = SystemClock(),
    ) -> None:
        config.counters.open()
        index = index_app(app, config.settings)
        monitor = TimerMonitor(documents or MemoryDocumentStore())
        self.queue_names = tuple(sorted({each.queue_name for each in index.queues}))
        self._stopping = Event()
        self._parts: list[QueueListener | TimerListener] = [
            *(QueueListener(each, queues, config.queues, config.counters) for each in index.queues),
            *(TimerListener(each, queues, clock, monitor) for each in index.timers),
        ]
        self._workers = [
            Thread(target=self._keep_running, args=(worker,), name=f"worker {number}", daemon=True)
            for number, worker in enumerate(workers)
        ]
        answer = HttpFunctions(index.http, queues, config)
        self._server = HttpServer(config.address, config.port, answer)

    @property
    def url(self) -> str:
        """`http://127.0.0.1:7071`, known before the start."""
        return self._server.url

    def start(self) -> None:
        for worker in self._workers:
            worker.start()
        for part in self._parts:
            part.start()
        self._server.start()

    def stop(self, grace_seconds: float = GRACE_SECONDS) -> bool:
        """Take no new work, let running functions finish, close; False when one still ran at the end.

        Its message stays claimed and comes again.
        """
        deadline = monotonic() + grace_seconds
        self._stopping.set()
        for part in self._parts:
            part.stop()
        done = [self._server.stop(deadline)]
        done += [part.join(deadline) for part in self._parts]
        for worker in self._workers:
            worker.join(max(0.0, deadline - monotonic()))
            done.append(not worker.is_alive())
        return all(done)

    def close(self) -> None:
        """Give the port back without having started."""
        self._server.stop(monotonic())

    def _keep_running(self, worker: Worker) -> None:
        while not self._stopping.is_set():
            try:
                worker(self._stopping)
            except Exception:
                log.exception("background worker failed; it starts again")
            self._stopping.wait(_RESTART_SECONDS)


def serve(
    app: func.FunctionApp,
    queues: Queues,
    config: HostConfig = HostConfig(),
    *,
    workers: Sequence[Worker] = (),
    ready: Callable[[str], None] = lambda _: None,
    stop: Event | None = None,
) -> bool:
    """Run the app until `stop` is set; `ready` is told the URL. Returns what `Host.stop` says."""
    return run(Host(app, queues, config, workers=workers), ready, stop or Event())


def run(host: Host, ready: Callable[[str], None], stop: Event) -> bool:
    """Start the host, tell `ready` the URL, wait for `stop`, and stop it."""
    host.start()
    try:
        ready(host.url)
        # a signal may be delivered to another thread than this one, which then has to look by itself
        while not stop.wait(_LOOK_SECONDS):
            pass
    finally:
        finished = host.stop()
    return finished
