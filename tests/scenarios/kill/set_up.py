"""The world before a story: everything synced, healthy and once swept, without a process of its own."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from time import monotonic, sleep

from host.state import open_state
from shared.adapters.azure.work_queue import AzureWorkQueue
from shared.adapters.kubernetes.cluster_connector import KubernetesConnector
from shared.adapters.sqlite.work_queue import SqliteWorkQueue
from shared.bootstrap import World
from shared.homes import AzurePorts, ports_of
from shared.ports.manifest_tool import ManifestTool
from shared.settings import Settings
from tests.scenarios.kill.world_time import WorldTime

_CLAIM_SECONDS, _PATIENCE_SECONDS = 60.0, 60.0
_AGO, _STEP = timedelta(hours=1), timedelta(milliseconds=500)


def set_up(settings: Settings, tool: ManifestTool, time: WorldTime) -> None:
    """Bring the bootstrap root and all that hangs on it to rest. Raises TimeoutError.

    It is an hour ago, and time is moved on where nothing would happen; it never reaches the present.
    """
    time.run(-_AGO)
    ports = ports_of(settings)
    ports.clock, ports.tool = time, tool
    world, connector = World(settings, ports), ports.connector
    assert isinstance(connector, KubernetesConnector)
    kept = ports.account if isinstance(ports, AzurePorts) else ports._database
    with open_state(settings, time) as state, closing(connector), closing(kept):
        queue = state.queues("work")
        assert isinstance(queue, SqliteWorkQueue | AzureWorkQueue)
        world.scan()
        _come_to_rest(world, queue, time)
        world.scan()  # the inventory of the cluster is taken: only what moves from now on is looked at
        _come_to_rest(world, queue, time)


def _come_to_rest(world: World, queue: SqliteWorkQueue | AzureWorkQueue, time: WorldTime) -> None:
    deadline = monotonic() + _PATIENCE_SECONDS
    while queue.length():
        message = queue.receive(_CLAIM_SECONDS)
        if message is None:
            time.run(time.ahead + _STEP)
            sleep(0.005)
        else:
            world.do_work(message.text)
            queue.complete(message)
        if monotonic() > deadline:
            raise TimeoutError("the world before the story does not come to rest")
