"""Memory and CPU of the embedded home at rest, with a root application and N children of three objects.

For orientation: Argo CD 3.5.1 with 101 applications rests at 670 MiB and 1.33 CPU-s a minute; our bar there
is 120 MiB and 0.2 CPU-s a minute. The three minutes hold one poll and one drift scan, as any three do.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence

from bench.children import ChildrenWorld
from bench.figures import say
from bench.process_usage import Usage, usage, usage_of_children
from sandbox.demo.world import eventually

_SETTLE_SECONDS, _SECONDS, _READY_SECONDS = 20, 180, 300


def main(arguments: Sequence[str] = ()) -> int:
    """Exit status: 0, or 1 when the applications did not become Healthy."""
    parser = argparse.ArgumentParser(prog="python -m bench.idle", description=__doc__)
    parser.add_argument("--children", type=int, default=100, help="Default: 100.")
    parser.add_argument("--cluster", choices=("sandbox", "real"), default="real", help="Default: real.")
    options = parser.parse_args(arguments)
    with ChildrenWorld(options.children, real=options.cluster == "real") as world:
        if not eventually(lambda: world.healthy() > options.children, _READY_SECONDS, every=0.5):
            say(f"only {world.healthy()} of {options.children + 1} applications became Healthy")
            return 1
        # the first drift scan learns every object, and looks at every application once: that is not rest
        eventually(lambda: '"drift scan"' in world.tidegate.log(), _READY_SECONDS, every=1)
        time.sleep(_SETTLE_SECONDS)
        pid = world.tidegate.pid
        before, before_tool = usage(pid), usage_of_children(pid)
        time.sleep(_SECONDS)
        _tell(f"Tidegate at rest, {options.children + 1} applications", before, usage(pid))
        _tell("  its kubetools children", before_tool, usage_of_children(pid))
    return 0


def _tell(name: str, before: Usage, after: Usage) -> None:
    spent = (after.cpu_seconds - before.cpu_seconds) * 60 / _SECONDS
    say(f"{name:<40} {after.resident_mib:.0f} MiB resident  {spent:.2f} CPU-s a minute")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
