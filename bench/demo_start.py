"""Demo world from warm caches to all applications Synced and Healthy: bar < 15 s.

The clock starts with the first process of the world (Git server, cluster, Tidegate) and stops when the API
says Synced and Healthy of all seven applications. "Tidegate alone" starts when the cluster answers.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from bench.demo_worlds import read_options
from bench.figures import line, say
from sandbox.demo.checks import all_healthy
from sandbox.demo.world import DemoWorld, eventually

_SECONDS = 120


def main(arguments: Sequence[str] = ()) -> int:
    """Exit status 1 when the world does not become Healthy in two minutes."""
    options = read_options("demo_start", __doc__ or "", arguments, cluster="sandbox", times=3)
    whole, alone = [], []
    for _ in range(options.times):
        began = time.monotonic()
        with DemoWorld(real=options.cluster == "real") as world:
            if not eventually(lambda at=world: all_healthy(at), _SECONDS):  # type: ignore[misc]
                say(world.tidegate.log()[-3000:])
                return 1
            whole.append(time.monotonic() - began)
            alone.append(time.monotonic() - world.started_at)
    say(line(f"demo start ({options.cluster})", whole, "s", "< 15 s"))
    say(line("  of it Tidegate alone", alone, "s"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
