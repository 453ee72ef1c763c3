"""Push → new image in the live Deployment spec: bar <= 0.4 s median (Argo CD 3.5.1: 1.04 s, Helm 1.31 s).

The clock starts when `git push` has returned, which is when GitHub sends its webhook, and stops when a watch
of the API server shows the Deployment with the new tag. The commit itself and the push are printed apart.
One Helm application of the demo's seven; the poll is set to three minutes, so that it cannot help.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.demo_worlds import APPLICATION, DEPLOYMENT, NAMESPACE, MeasuredWorld, read_options
from bench.figures import line, say
from bench.process_usage import usage, usage_of_children
from bench.sightings import Sightings
from sandbox.demo.world import TYPES, eventually
from shared.domain.manifests.manifest import Manifest

_QUIET_SECONDS = 2.5  # the rollout and the looks that follow it belong to the push's CPU seconds
_SECONDS = 30


@dataclass(slots=True)
class _Measured:
    live: list[float] = field(default_factory=list)
    push: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    tool_cpu: list[float] = field(default_factory=list)
    stages: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))


def main(arguments: Sequence[str] = ()) -> int:
    """Exit status 0; raises TimeoutError when a push does not arrive."""
    options = read_options("push_to_live", __doc__ or "", arguments, cluster="real", times=20)
    measured = _Measured()
    with MeasuredWorld(real=options.cluster == "real", state=options.state) as world:
        world.wait_until_healthy()
        with Sightings(world.cluster, TYPES["Deployment"], NAMESPACE) as sightings:
            _once(world, sightings, "2.0.0", _Measured())  # the first pays for connections and code
            for number in range(options.times):
                _once(world, sightings, f"2.1.{number}", measured)
    bar = "<= 0.4 s" if options.state == "sqlite" else ""
    say(line(f"push to live ({options.cluster}, {options.state})", measured.live, "s", bar))
    for stage, values in measured.stages.items():
        say(line(f"  stage {stage}", values, "s"))
    say(line("Tidegate's CPU a push", measured.cpu, "s"))
    say(line("  kubetools' CPU a push", measured.tool_cpu, "s"))
    say(line("commit and git push themselves", measured.push, "s"))
    return 0


def _once(world: MeasuredWorld, sightings: Sightings, tag: str, measured: _Measured) -> None:
    pid = world.tidegate.pid
    before, before_tool = usage(pid).cpu_seconds, usage_of_children(pid).cpu_seconds
    began = time.monotonic()
    commit = world.bump(tag)
    pushed = time.monotonic()
    seen = sightings.first(lambda found: _image(found).endswith(f":{tag}"), began, _SECONDS) + began
    time.sleep(_QUIET_SECONDS)
    measured.cpu.append(usage(pid).cpu_seconds - before)
    measured.tool_cpu.append(usage_of_children(pid).cpu_seconds - before_tool)
    measured.live.append(seen - pushed)
    measured.push.append(pushed - began)
    if not eventually(lambda: world.settled(commit), _SECONDS, every=0.2):
        raise TimeoutError(f"{APPLICATION} did not become Healthy at {commit[:7]}")
    for stage, seconds in world.api.application(APPLICATION)["status"]["tidegate"]["clock"].items():
        measured.stages[stage].append(seconds)


def _image(found: Manifest) -> str:
    if found["metadata"]["name"] != DEPLOYMENT:
        return ""
    return str(found["spec"]["template"]["spec"]["containers"][0]["image"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
