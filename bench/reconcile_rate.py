"""No-op reconciles of three-object applications (Deployment, Service, ConfigMap) a second: bar > 40/s.

One process, all applications Synced and Healthy; each is woken and its message is done, as a drift scan
does it: read the rows, resolve, look the render up, read three live objects, compare, judge, write the row.
Once with one worker, once with four threads that share the process, as the host runs them.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from bench.demo_worlds import read_options
from bench.engine_worlds import Engine, engine
from bench.figures import line, say
from shared.domain.specs.app_ref import AppRef

_APPLICATIONS, _THREADS, _REST_SECONDS = 40, 4, 3.0


def main(arguments: Sequence[str] = ()) -> int:
    """Exit status 0; raises TimeoutError when the applications do not become Synced."""
    options = read_options("reconcile_rate", __doc__ or "", arguments, cluster="real", times=5)
    with engine(real=options.cluster == "real", applications=_APPLICATIONS) as (running, refs):
        running.come_to_rest(_REST_SECONDS)
        round_of(running, refs, 1)
        for threads in (1, _THREADS):
            rates, cpu = [], []
            for _ in range(options.times):
                rate, spent = round_of(running, refs, threads)
                rates.append(rate)
                cpu.append(spent * 1000)
            say(line(f"reconciles, {threads} at once ({options.cluster})", rates, "/s", "> 40/s"))
            say(line("  CPU of this process for one", cpu, "ms"))
    return 0


def round_of(running: Engine, refs: Sequence[AppRef], threads: int) -> tuple[float, float]:
    """Wake every application and do all of it; return reconciles a second, and CPU seconds for one."""
    began, cpu = time.monotonic(), time.process_time()
    for ref in refs:
        running.world.wake(ref, "live")
    with ThreadPoolExecutor(threads) as pool:
        done = sum(pool.map(lambda _: running.run_due(), range(threads)))
    if done != len(refs):
        raise RuntimeError(f"{done} messages were done instead of {len(refs)}: something else was due")
    return done / (time.monotonic() - began), (time.process_time() - cpu) / done


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
