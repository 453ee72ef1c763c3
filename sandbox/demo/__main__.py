"""`python -m sandbox.demo [--check]`: the demo, or its promises tried one by one."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from sandbox.demo.checks import CHECKS, Check, NotSoError, all_healthy
from sandbox.demo.command_checks import COMMAND_CHECKS
from sandbox.demo.command_line import PROGRAM, ROOT, write_program
from sandbox.demo.control_note import note_path, noted
from sandbox.demo.image_checks import IMAGE_CHECKS
from sandbox.demo.secret_checks import SECRET_CHECKS
from sandbox.demo.storage import STATES
from sandbox.demo.what_to_try import what_to_try
from sandbox.demo.world import DemoWorld, eventually

_READY_SECONDS = 120


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Exit status: 0 all promises kept, 1 one was not, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.demo", description=__doc__)
    parser.add_argument("--check", action="store_true", help="Try every promise unattended, then stop.")
    parser.add_argument("--port", type=int, default=0, help="Port of Tidegate. Default: any free one.")
    options = parser.parse_args(arguments)
    cluster, state = environment.get("CLUSTER", "sandbox"), environment.get("STATE", "sqlite")
    if cluster not in ("sandbox", "real") or state not in STATES:
        say(f"CLUSTER={cluster} STATE={state}: CLUSTER is sandbox or real, STATE is {' or '.join(STATES)}")
        return 2
    say(f"Starting a Git server, a cluster ({cluster}) and Tidegate (state in {state}) …")
    with DemoWorld(real=cluster == "real", state=state, port=options.port) as world:
        return check(world) if options.check else show(world, note_path(environment))


def check(world: DemoWorld) -> int:
    """Try each promise; the last line is `N passed, N failed`."""
    checks = [
        found
        for found in (*CHECKS, *IMAGE_CHECKS, *SECRET_CHECKS, *COMMAND_CHECKS)
        if found.anywhere or world.sandbox is not None
    ]
    failed = sum(not _kept(world, found) for found in checks)
    say(f"{len(checks) - failed} passed, {failed} failed")
    return 1 if failed else 0


def _kept(world: DemoWorld, check: Check) -> bool:
    started = time.monotonic()
    try:
        check.run(world)
    except (NotSoError, OSError, LookupError) as error:
        say(f"FAILED  {check.sentence}\n        {error}")
        return False
    say(f"ok      {check.sentence} ({time.monotonic() - started:.1f} s)")
    return True


def show(world: DemoWorld, note: Path) -> int:
    """Run until told to stop, and say what can be tried. `note` is the file that commands look into."""
    ready = eventually(lambda: all_healthy(world), _READY_SECONDS)
    took = time.monotonic() - world.started_at
    say(
        f"All applications are Synced and Healthy after {took:.1f} s"
        if ready
        else "Not everything is Healthy yet"
    )
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    write_program(ROOT / PROGRAM)
    with noted(note, world.control.url) as is_noted:
        say(what_to_try(world, is_noted=is_noted))
        stop.wait()
    say("Stopping …")
    return 0


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 the demo speaks to the person at the terminal


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
