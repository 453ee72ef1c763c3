"""The world before a story: everything synced, healthy and once swept, without a process of its own."""

from __future__ import annotations

import time
from contextlib import closing
from datetime import datetime, timedelta

from host.state import open_state
from shared.adapters.azure.work_queue import AzureWorkQueue
from shared.adapters.kubernetes.cluster_connector import KubernetesConnector
from shared.adapters.sqlite.work_queue import SqliteWorkQueue
from shared.adapters.system.clock import SystemClock
from shared.bootstrap import World
from shared.homes import AzurePorts, ports_of
from shared.ports.manifest_tool import ManifestTool
from shared.settings import Settings
from tests.scenarios.kill.run_state import Time

_CLAIM_SECONDS, _PATIENCE_SECONDS = 60.0, 60.0
_STEP = timedelta(milliseconds=500)


class _Past:
    """A clock an hour ago that is moved on where nothing would happen; it never reaches the present."""

    def __init__(self, storage: Time) -> None:
        self._behind, self._storage = timedelta(hours=1), storage
        storage.run(-self._behind)

    def now(self) -> datetime:
        return SystemClock().now() - self._behind

    def skip(self) -> None:
        self._behind -= _STEP
        self._storage.run(-self._behind)


def set_up(settings: Settings, tool: ManifestTool, storage: Time) -> None:
    """Bring the bootstrap root and all that hangs on it to rest. Raises TimeoutError."""
    clock, ports = _Past(storage), ports_of(settings)
    ports.clock, ports.tool = clock, tool
    world, connector = World(settings, ports), ports.connector
    assert isinstance(connector, KubernetesConnector)
    kept = ports.account if isinstance(ports, AzurePorts) else ports._database
    with open_state(settings, clock) as state, closing(connector), closing(kept):
        queue = state.queues("work")
        assert isinstance(queue, SqliteWorkQueue | AzureWorkQueue)
        world.scan()
        _come_to_rest(world, queue, clock)
        world.scan()  # the inventory of the cluster is taken: only what moves from now on is looked at
        _come_to_rest(world, queue, clock)


def _come_to_rest(world: World, queue: SqliteWorkQueue | AzureWorkQueue, clock: _Past) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while queue.length():
        message = queue.receive(_CLAIM_SECONDS)
        if message is None:
            clock.skip()
            time.sleep(0.005)
        else:
            world.do_work(message.text)
            queue.complete(message)
        if time.monotonic() > deadline:
            raise TimeoutError("the world before the story does not come to rest")
