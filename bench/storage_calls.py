"""Storage calls of a sync and of an idle timer on Azurite, and push → live there: a bill to look at.

Counted where the SDK's transport sends, in a world without a host: a push is received, its work is done
until the application is Synced at the commit and at rest. The calls of the queue's receiving side (looking,
receiving, deleting), which on Azure the platform makes, are left out. Then the demo's world, with the host
as its own process, that looks into the queues as the platform does (every 2 s when idle).
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from statistics import median

from bench import push_to_live
from bench.engine_worlds import REPOSITORY, application, repository_files
from bench.figures import line, say
from sandbox.demo.clusters import sandbox_cluster
from sandbox.git.committer import WorkingCopy
from sandbox.git.server import SandboxGit
from shared.adapters.azure.storage_account import StorageCall
from shared.adapters.azure.work_queue import AzureWorkQueue
from shared.adapters.kubernetes.cluster_connector import KubernetesConnector
from shared.adapters.tools.manifest_tool import KubetoolsManifestTool
from shared.bootstrap import World
from shared.domain.access.secret_text import SecretText
from shared.domain.compare.comparison import SyncStatus
from shared.domain.events.git_push import GitPush
from shared.domain.specs.app_ref import AppRef
from shared.homes import AzurePorts
from shared.settings import Settings, StateHome, StorageSettings
from tests.azurite.azurite import Azurite

_APPLICATIONS, _PUSHES, _CLAIM_SECONDS, _REST_SECONDS = 10, 5, 120.0, 3.0
_PATIENCE_SECONDS = 120.0
_REF, _FILE = "refs/heads/main", "shops/0/configmap.yaml"


class Calls:
    """What went out, by what it does: `row read`, `blob write`, …"""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def __call__(self, call: StorageCall) -> None:
        kind = kind_of(call)
        if kind:
            self.counts[kind] += 1

    def taken(self) -> Counter[str]:
        """What was counted since the last time."""
        counts, self.counts = self.counts, Counter()
        return counts


def kind_of(call: StorageCall) -> str:
    """ "" for what the platform does on Azure."""
    if call.service == "queue":
        return "queue send" if call.method == "POST" and call.path.endswith("/messages") else ""
    if call.service == "blob":
        if "-leases/" in call.path:
            return "lease step"
        return "blob read" if call.method in {"GET", "HEAD"} else "blob write or delete"
    if call.method == "GET":
        return "row read" if re.search(r"RowKey='", call.path) else "row scan"
    return "row write or delete"


class Shops:
    """A world on Azurite without a host, and the repository that it deploys."""

    def __init__(self, world: World, queue: AzureWorkQueue, copy: WorkingCopy) -> None:
        self._world, self._queue, self._copy = world, queue, copy
        self.turns = 0

    def come_to_rest(self) -> None:
        """Do the work that comes due until nothing did for some seconds.

        Raises TimeoutError when that does not come, with the application that is woken again and again.
        """
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while self._queue.wait(_REST_SECONDS):
            if time.monotonic() > deadline:
                raise TimeoutError(f"no rest in {_PATIENCE_SECONDS:.0f} s: {self._states()}")
            while message := self._queue.receive(_CLAIM_SECONDS):
                self._world.do_work(message.text)
                self._queue.complete(message)
                self.turns += 1

    def deploy(self) -> list[AppRef]:
        """Create every application, and wait until all are Synced."""
        manifests = map(application, range(_APPLICATIONS))
        refs = [self._world.create_application(each, upsert=False, who="bench") for each in manifests]
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while any(each.status.sync is not SyncStatus.SYNCED for each in self._world.rows.statuses()):
            if time.monotonic() > deadline:
                raise TimeoutError(f"not all were synced in {_PATIENCE_SECONDS:.0f} s: {self._states()}")
            self.come_to_rest()
        return refs

    def _states(self) -> str:
        return "; ".join(
            f"{each.ref} {each.status.sync} {each.status.wake}" for each in self._world.rows.statuses()
        )

    def push(self, number: int) -> None:
        """One changed ConfigMap of one application: pushed, received, synced, at rest."""
        before = self._copy.head()
        old, new = ("hello" if not number else f"hello {number - 1}"), f"hello {number}"
        after = self._copy.replace(_FILE, f"greeting: {old}\n", f"greeting: {new}\n", "Greet")
        url = f"https://github.com/{REPOSITORY}.git"
        push = GitPush(url, _REF, before, after, "main", (_FILE,), f"delivery-{number}")
        self._world.receive_event(push.to_message())
        self.come_to_rest()
        status = self._world.rows.status(AppRef("argocd", "shop-0")).status
        if status.sync is not SyncStatus.SYNCED:
            raise RuntimeError(f"shop-0 is {status.sync} after its push")

    def look(self, ref: AppRef) -> None:
        """A reconcile that finds nothing to do."""
        self._world.wake(ref, "drift")
        self.come_to_rest()

    def timers(self) -> dict[str, Callable[[], None]]:
        """What runs by the clock alone."""
        world = self._world
        return {"Git poll": world.poll, "drift scan": world.scan, "vault listing": world.look_into_vaults}


@contextmanager
def shops(calls: Calls) -> Iterator[Shops]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tidegate-bench-")))
        azurite = stack.enter_context(Azurite())
        kubeconfig = folder / "kubeconfig"
        stack.enter_context(sandbox_cluster(kubeconfig))
        git = stack.enter_context(SandboxGit(folder / "git").start())
        git.create(REPOSITORY, repository_files(_APPLICATIONS))
        copy = stack.enter_context(WorkingCopy(git.served_url(REPOSITORY), folder / "copy"))
        settings = Settings(
            home=folder / "home",
            kubeconfig=kubeconfig,
            names={"https://github.com/": f"{git.url}/"},
            state=StateHome.AZURITE,
            storage=StorageSettings(SecretText(azurite.connection)),
        )
        ports = AzurePorts(settings, calls)
        stack.enter_context(closing(ports.account))
        yield Shops(World(settings, ports), AzureWorkQueue(ports.account, "work"), copy)
        tool, connector = ports.tool, ports.connector
        if isinstance(tool, KubetoolsManifestTool):
            stack.enter_context(closing(tool))
        if isinstance(connector, KubernetesConnector):
            stack.enter_context(closing(connector))


def measure_calls() -> None:
    """Print the calls of a sync, and of a look that finds nothing."""
    calls = Calls()
    with shops(calls) as running:
        refs = running.deploy()
        say(f"Storage calls to create and deploy {_APPLICATIONS} applications: {calls.taken().total()}")
        kinds: defaultdict[str, list[float]] = defaultdict(list)
        totals, turns = [], []
        for number in range(_PUSHES):
            running.turns = 0
            running.push(number)
            taken = calls.taken()
            totals.append(float(taken.total()))
            turns.append(float(running.turns))
            for kind in sorted({*taken, *kinds}):
                kinds[kind].append(float(taken[kind]))
        say(line("Storage calls a sync", totals, "calls"))
        for kind, counts in sorted(kinds.items()):
            say(f"  {kind:<32} {median(counts):.0f}")
        say(line("  turns (work messages) a sync", turns, "turns"))
        looks = []
        for ref in refs[1:4]:
            running.look(ref)
            looks.append(float(calls.taken().total()))
        say(line("Storage calls a look without change", looks, "calls"))
        _measure_timers(running, calls)


def _measure_timers(running: Shops, calls: Calls) -> None:
    """What it costs that nothing happens: the first run learns what is there, the next ones find it so."""
    for name, timer in running.timers().items():
        timer()
        running.come_to_rest()
        calls.taken()
        timer()
        say(f"Storage calls of a {name} without change: {calls.taken().total()}")


def main(arguments: Sequence[str] = ()) -> int:
    """Exit status 0; raises an error when something does not become Synced."""
    measure_calls()
    return push_to_live.main(["--cluster", "sandbox", "--state", "azurite", "--times", "5", *arguments])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
