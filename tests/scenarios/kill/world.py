"""One sandbox cluster and one Git server, and as many runs in them as wanted, side by side."""

from __future__ import annotations

import json
import multiprocessing
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Self

from sandbox.cluster.server import SandboxCluster
from sandbox.demo.clusters import write_kubeconfig
from sandbox.git.committer import WorkingCopy
from sandbox.git.server import SandboxGit
from shared.adapters.kubernetes.cluster_connector import KubernetesConnector
from shared.adapters.kubernetes.kubeconfig import KubeconfigCredentials
from shared.adapters.tools.manifest_tool import KubetoolsManifestTool
from shared.settings import load_settings
from tests.scenarios.kill import outcome, worker
from tests.scenarios.kill.looking import looking_into
from tests.scenarios.kill.recorder import DEATH, Effect, read_journal
from tests.scenarios.kill.run_state import RunState, states
from tests.scenarios.kill.set_up import set_up
from tests.scenarios.kill.stories import Names, Story, Touch
from tests.scenarios.kill.world_time import WorldTime

_SECRET = "kill-webhook-secret"
_SECONDS = 60.0  # on a machine that others use, too
_LOOK_SECONDS, _REST_SECONDS = 0.03, 0.1  # a look at an account costs its Azurite some requests
# a lost message is sent again when it is so late; the survivor starts as if it had been away for longer
_AWAY = timedelta(minutes=2)
_ALL_IS_DUE = timedelta(days=8)  # no message waits for longer than seven
_PROCESSES = multiprocessing.get_context("forkserver")
# this module, too: each process imports the main module of its parent, which may have imported it
_PROCESSES.set_forkserver_preload(
    ["tests.scenarios.kill.worker", "tests.scenarios.kill.world", "tests.scenarios.kill.preloaded"]
)
# start() looks after all children, and takes away the exit status that another thread is about to read
_ONE_AT_A_TIME = Lock()


@dataclass(slots=True)
class Run:
    """What one run showed. `effects` are those until the death, or all of them."""

    effects: list[Effect]
    problems: list[str]
    seconds: float = 0.0


@dataclass(slots=True)
class _Stage:
    """Everything of one run: its names, its folder and the developer's clone."""

    story: Story
    names: Names
    folder: Path
    state: RunState
    settings: dict[str, str]
    copy: WorkingCopy
    head: str = ""
    seconds: float = _SECONDS
    problems: list[str] = field(default_factory=list)

    @property
    def namespaces(self) -> tuple[str, ...]:
        return self.names.shop, self.names.other, self.names.fresh

    def orders(self, *, survivor: bool = False, **life: Any) -> worker.Orders:
        """Where the state is not on the disk of who died, the survivor begins with an empty one."""
        settings = dict(self.settings)
        if survivor and self.state.is_elsewhere:
            settings["TIDEGATE_HOME"] = str(self.folder / "another-home")
        return worker.Orders(settings, self.folder, self.names.run, self.time, survivor=survivor, **life)

    @property
    def time(self) -> WorldTime:
        return WorldTime(self.folder / "ahead", self.state.clock_port)


class KillWorld:
    """Safe to run in from several threads. `state` as in TIDEGATE_STATE; `at_once` runs find room in it."""

    def __init__(self, state: str = "sqlite", at_once: int = 3) -> None:
        self.state, self.at_once = state, at_once
        self._played: Counter[str] = Counter()

    def __enter__(self) -> Self:
        self._stack = ExitStack()
        self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="tidegate-kill-")))
        self._states = states(self.state, self._stack, self.at_once)
        self._git = self._stack.enter_context(SandboxGit(self._folder / "git").start())
        self._cluster = self._stack.enter_context(SandboxCluster(pod_seconds=0.01))
        write_kubeconfig(self._kubeconfig, self._cluster.kubeconfig())
        connector = KubernetesConnector(KubeconfigCredentials(self._kubeconfig))
        self._stack.callback(connector.close)
        self._objects = connector.connect("").objects
        self._tool = KubetoolsManifestTool(load_settings({}).kubetools)
        self._stack.callback(self._tool.close)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def _kubeconfig(self) -> Path:
        return self._folder / "kubeconfig"

    def run(self, story: Story, at: int = 0, side: str = "", *, seconds: float = _SECONDS) -> Run:
        """Play a story; the process dies before or after effect `at`, and another puts all right.

        With `at` 0 nobody dies: that is how effects are enumerated. All has to be right in `seconds`.
        """
        began = time.monotonic()
        names = self._names(f"{story.name}-{at:03d}{side[:1]}")
        with ExitStack() as stack:
            stage = self._set_up(stack, story, names)
            stage.seconds = seconds
            before = outcome.touches(self._cluster.requests, names)
            self._first_life(stack, stage, at, side)
            if at:
                self._second_life(stack, stage)
            touched = outcome.touches(self._cluster.requests, names)
            touched.subtract(before)
            self._judge(stage, {touch: count for touch, count in touched.items() if count})
            run = Run(read_journal(stage.folder / "journal"), stage.problems, time.monotonic() - began)
        shutil.rmtree(self._folder / names.run)
        return run

    def _names(self, wanted: str) -> Names:
        """Nobody else's: the repositories and namespaces of a run stay when it has ended."""
        with _ONE_AT_A_TIME:
            self._played[wanted] += 1
            again = self._played[wanted] - 1
        return Names(f"again{again}-{wanted}" if again else wanted)

    def _set_up(self, stack: ExitStack, story: Story, names: Names) -> _Stage:
        folder = self._folder / names.run
        folder.mkdir()
        state = stack.enter_context(self._states.empty())
        self._git.create(names.repository, story.before(names))
        url = self._git.served_url(names.repository)
        copy = stack.enter_context(WorkingCopy(url, folder / "copy"))
        settings = {**self._settings(names, folder), **state.settings}
        stage = _Stage(story, names, folder, state, settings, copy)
        set_up(load_settings(settings), self._tool, stage.time)
        return stage

    def _first_life(self, stack: ExitStack, stage: _Stage, at: int, side: str) -> None:
        orders = stage.orders(at=at, side=side, namespaces=stage.namespaces)
        process = self._start(stack, orders)
        self._git.add_hook(stage.names.repository, f"{_url(orders)}/api/webhook", _SECRET)
        stage.head = stage.copy.commit(stage.story.change(stage.names), stage.story.sentence)
        if not at:
            self._wait_until_right(stage)
            _stop(stage, process)
            return
        if _ended(process) != DEATH:
            stage.problems.append(f"the process did not die there: {process.exitcode}")

    def _second_life(self, stack: ExitStack, stage: _Stage) -> None:
        """On SQLite a start frees what the dead one held, and it was away for some time. Elsewhere nobody
        does: the survivor begins at once and meets it, and only then time moves on.
        """
        since = stage.time.now() + _AWAY
        meets = stage.state.is_elsewhere
        stage.time.run(stage.time.ahead + (timedelta(0) if meets else _AWAY))
        process = self._start(stack, stage.orders(survivor=True, move_on=_AWAY if meets else timedelta(0)))
        self._wait_until_right(stage, since)
        _stop(stage, process)

    def _start(self, stack: ExitStack, orders: worker.Orders) -> multiprocessing.context.ForkServerProcess:
        process = _PROCESSES.Process(target=worker.live, args=(orders,), daemon=True)
        with _ONE_AT_A_TIME:
            process.start()
        stack.callback(process.close)
        stack.callback(process.join)
        stack.callback(process.kill)
        if not eventually(lambda: orders.ready.exists() or not _alive(process)):
            raise RuntimeError(f"the process did not start: {(orders.folder / 'log').read_text()}")
        return process

    def _wait_until_right(self, stage: _Stage, since: datetime | None = None) -> None:
        """`since`: the timers have to have run after that."""
        with looking_into(load_settings(stage.settings)) as home:

            def wrong() -> list[str]:
                return outcome.problems(stage.story, stage.names, stage.head, home, self._objects)

            def at_rest() -> bool:
                return home.is_quiet() and (since is None or home.timers_fired(since))

            if not eventually(lambda: at_rest() and not wrong(), stage.seconds, _REST_SECONDS):
                stage.problems += [f"{home.waiting()} messages wait"] if home.waiting() else []
                stage.problems += _noteworthy(stage.folder / "log")

    def _judge(self, stage: _Stage, touched: dict[Touch, int]) -> None:
        wanted = dict(stage.story.touches(stage.names))
        if touched != wanted:
            stage.problems.append(f"the API server was changed by {touched}, not by {wanted}")
        stage.time.run(_ALL_IS_DUE)
        with looking_into(load_settings(stage.settings)) as home:
            stage.problems += outcome.problems(stage.story, stage.names, stage.head, home, self._objects)

    def _settings(self, names: Names, folder: Path) -> dict[str, str]:
        return {
            "TIDEGATE_HOME": str(folder / "home"),
            "TIDEGATE_PORT": "0",
            "TIDEGATE_KUBECONFIG": str(self._kubeconfig),
            "TIDEGATE_BOOTSTRAP_REPO": names.url,
            "TIDEGATE_GITHUB_WEBHOOK_SECRETS": _SECRET,
            "TIDEGATE_NAMES": json.dumps({"https://github.com/": f"{self._git.url}/"}),
        }


def _url(orders: worker.Orders) -> str:
    return orders.ready.read_text() if orders.ready.exists() else ""


def _noteworthy(log: Path) -> list[str]:
    """The end of a log, without the timers that found nothing."""
    return [line for line in log.read_text().splitlines() if '"woken": 0' not in line][-5:]


def _alive(process: multiprocessing.context.ForkServerProcess) -> bool:
    with _ONE_AT_A_TIME:
        return process.is_alive()


def _ended(process: multiprocessing.context.ForkServerProcess) -> int | None:
    """The exit status, None when it goes on."""
    eventually(lambda: not _alive(process))
    return process.exitcode


def _stop(stage: _Stage, process: multiprocessing.context.ForkServerProcess) -> None:
    process.terminate()
    if _ended(process) != 0:
        stage.problems.append(f"the process did not stop as told: {process.exitcode}")


def eventually(met: Callable[[], bool], seconds: float = _SECONDS, pause: float = _LOOK_SECONDS) -> bool:
    """Ask until it is so or the time is up; return whether it is."""
    deadline = time.monotonic() + seconds
    while not met():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True
