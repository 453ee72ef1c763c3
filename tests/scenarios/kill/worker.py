"""Tidegate in a process of its own, on recording ports: function_app's doors, the host, one home."""

from __future__ import annotations

import logging
import os
import signal
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Event, Thread

from function_app import functions_of
from host.configuration import read_config
from host.process import Host, Worker, run
from host.state import HostState, open_state
from shared.adapters.sqlite.single_process import SingleProcess
from shared.bootstrap import World
from shared.domain.health.assessment import assess
from shared.domain.health.health import HealthStatus
from shared.domain.manifests.manifest import Manifest
from shared.domain.manifests.resource_type import ResourceType
from shared.log import JsonFormatter
from shared.settings import StateHome, load_settings
from tests.scenarios.kill.looking import timers_fired
from tests.scenarios.kill.moved_on import MoveOn
from tests.scenarios.kill.recorder import Recorder
from tests.scenarios.kill.recording_ports import recorded_ports
from tests.scenarios.kill.recording_queues import RecordingQueue, Turnstile
from tests.scenarios.kill.still_clock import Leap, StillClock
from tests.scenarios.kill.waiting import Waiting
from tests.scenarios.kill.world_time import WorldTime

_ROOT = Path(__file__).resolve().parents[3]
_DEPLOYMENT = ResourceType("apps", "v1", "Deployment", "deployments", namespaced=True)
_NEVER, _EACH_SECOND = "0 0 0 1 1 *", "* * * * * *"


@dataclass(frozen=True, slots=True)
class Orders:
    """One life of the process. `at` 0 lets it live; `survivor` is the process that puts all right.

    A survivor has timers and watches and runs messages side by side; time moves on by `move_on` once it has
    looked around. Who dies has none of them, and time stands still while something happens: what it does is
    the same in every run.
    """

    settings: dict[str, str]
    folder: Path
    name: str
    time: WorldTime
    at: int = 0
    side: str = ""
    namespaces: tuple[str, ...] = ()
    survivor: bool = False
    move_on: timedelta = timedelta(0)

    @property
    def journal(self) -> Path:
        return self.folder / ("survivor.journal" if self.survivor else "journal")

    @property
    def ready(self) -> Path:
        """Holds the URL once the process answers."""
        return self.folder / ("survivor.ready" if self.survivor else "ready")


def live(orders: Orders) -> None:
    """Run until SIGTERM, or until the effect at which it dies."""
    _log_to(orders.folder / "log")
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: Thread(target=stop.set).start())
    schedule = _EACH_SECOND if orders.survivor else _NEVER
    timers = {f"TIDEGATE_{name}_SCHEDULE": schedule for name in ("POLL", "DRIFT", "VAULT")}
    environment = {**orders.settings, **timers}
    with ExitStack() as stack:
        run(_host(stack, orders, environment), partial(_tell, orders.ready), stop)
    os._exit(0)  # everything is closed; to take 1,800 modules apart takes longer than all before


def _host(stack: ExitStack, orders: Orders, environment: dict[str, str]) -> Host:
    """What __main__ of the host does at a start, with a recorder around the ports and the queues."""
    settings = load_settings(environment)
    recorder = Recorder(orders.journal, name=orders.name, at=orders.at, side=orders.side)
    turnstile = Turnstile(many=orders.survivor)
    clock = orders.time if orders.survivor else StillClock(orders.time)
    waiting = Waiting(clock, whole_seconds=settings.state is not StateHome.SQLITE)
    world = World(settings, recorded_ports(settings, recorder, waiting, clock))
    stack.enter_context(SingleProcess(settings.home))
    state = stack.enter_context(open_state(settings, clock))

    def queues(name: str) -> RecordingQueue:
        return RecordingQueue(state.queues(name), name, recorder, waiting, turnstile)

    workers: list[Worker] = [world.watch] if orders.survivor else []
    if isinstance(clock, StillClock):
        workers.append(Leap(clock, turnstile, waiting, partial(_at_rest, world, orders.namespaces)))
    elif orders.move_on:
        met = partial(_has_met, state, clock.now())
        workers.append(MoveOn(clock, turnstile, met, orders.move_on))
    host = Host(
        functions_of(world),
        queues,
        read_config(_ROOT / "host.json", environment),
        workers=workers,
        documents=state.documents,
        clock=clock,
    )
    state.recover(host.queue_names)
    return host


def _has_met(state: HostState, since: datetime) -> bool:
    """Whether all that a start sets off was done, or put off because the dead one still holds it."""
    timers = timers_fired(state.documents, since)
    return timers and not any(state.queues(name).wait(0) for name in ("work", "events"))


def _at_rest(world: World, namespaces: tuple[str, ...]) -> bool:
    """Whether every rollout of this run is done."""
    objects = world.ports.connector.connect("").objects
    pages = (page for name in namespaces for page in objects.list_pages(_DEPLOYMENT, namespace=name))
    return all(_rolled_out(item.manifest()) for page in pages for item in page.items)


def _rolled_out(deployment: Manifest) -> bool:
    health = assess(deployment)
    return health is not None and health.status is HealthStatus.HEALTHY


def _tell(ready: Path, url: str) -> None:
    unfinished = ready.with_suffix(".unfinished")
    unfinished.write_text(url)
    unfinished.replace(ready)


def _log_to(path: Path) -> None:
    sys.stdout.flush()
    log = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
