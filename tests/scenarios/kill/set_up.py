"""The world before a story: everything synced, healthy and once swept, without a process of its own."""

from __future__ import annotations

import time
from contextlib import closing
from datetime import datetime, timedelta
from functools import cached_property

from shared.adapters.kubernetes.cluster_connector import KubernetesConnector
from shared.adapters.sqlite.work_queue import SqliteWorkQueue
from shared.adapters.system.clock import SystemClock
from shared.bootstrap import World
from shared.homes import Ports
from shared.ports.clock import Clock
from shared.ports.manifest_tool import ManifestTool
from shared.settings import Settings

_CLAIM_SECONDS, _PATIENCE_SECONDS = 60.0, 60.0
_STEP = timedelta(milliseconds=500)


class _Past:
    """A clock an hour ago that is moved on where nothing would happen; it never reaches the present."""

    def __init__(self) -> None:
        self._behind = timedelta(hours=1)

    def now(self) -> datetime:
        return SystemClock().now() - self._behind

    def skip(self) -> None:
        self._behind -= _STEP


class _Ports(Ports):
    def __init__(self, settings: Settings, tool: ManifestTool, clock: Clock) -> None:
        super().__init__(settings)
        self._tool, self._clock = tool, clock

    @cached_property
    def clock(self) -> Clock:
        return self._clock

    @cached_property
    def tool(self) -> ManifestTool:
        return self._tool


def set_up(settings: Settings, tool: ManifestTool) -> None:
    """Bring the bootstrap root and all that hangs on it to rest. Raises TimeoutError."""
    clock = _Past()
    ports = _Ports(settings, tool, clock)
    world = World(settings, ports)
    queue, connector = ports.work, ports.connector
    assert isinstance(queue, SqliteWorkQueue)
    assert isinstance(connector, KubernetesConnector)
    with closing(connector), closing(ports._database):
        world.scan()
        _come_to_rest(world, queue, clock)
        world.scan()  # the inventory of the cluster is taken: only what moves from now on is looked at
        _come_to_rest(world, queue, clock)


def _come_to_rest(world: World, queue: SqliteWorkQueue, clock: _Past) -> None:
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
