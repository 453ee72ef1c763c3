"""Memory and CPU of the embedded home at rest, with the demo's seven applications.

For orientation: Argo CD 3.5.1 with 101 applications rests at 670 MiB and 1.33 CPU-s a minute; our bar there
is 120 MiB and 0.2 CPU-s a minute. The minute holds no poll and no drift scan where it can be helped.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from bench.demo_worlds import MeasuredWorld, read_options
from bench.figures import say
from bench.process_usage import Usage, usage, usage_of_children

_SETTLE_SECONDS, _SECONDS = 20, 60


def main(arguments: Sequence[str] = ()) -> int:
    """Exit status 0."""
    options = read_options("idle", __doc__ or "", arguments, cluster="sandbox")
    with MeasuredWorld(real=options.cluster == "real") as world:
        world.wait_until_healthy()
        time.sleep(_SETTLE_SECONDS)
        pid = world.tidegate.pid
        before, before_tool = usage(pid), usage_of_children(pid)
        time.sleep(_SECONDS)
        _tell("Tidegate at rest", before, usage(pid))
        _tell("  its kubetools children", before_tool, usage_of_children(pid))
    return 0


def _tell(name: str, before: Usage, after: Usage) -> None:
    spent = (after.cpu_seconds - before.cpu_seconds) * 60 / _SECONDS
    say(f"{name:<34} {after.resident_mib:.0f} MiB resident  {spent:.2f} CPU-s a minute")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
