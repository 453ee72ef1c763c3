"""`python -m host serve`: Tidegate in one process, with SQLite and the local disk, or a storage account."""

from __future__ import annotations

import argparse
import importlib
import logging
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event, Thread

from host.configuration import read_config
from host.process import Host, run
from host.state import open_state
from shared.adapters.sqlite.single_process import SingleProcess
from shared.adapters.system.clock import SystemClock
from shared.errors import TidegateError
from shared.log import JsonFormatter
from shared.settings import load_settings

log = logging.getLogger("host")
_ROOT = Path(__file__).resolve().parents[1]
_DEFAULTS = {
    "TIDEGATE_POLL_SCHEDULE": "0 */3 * * * *",
    "TIDEGATE_DRIFT_SCHEDULE": "30 */3 * * * *",
    "TIDEGATE_VAULT_SCHEDULE": "45 */5 * * * *",
}


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Exit status: 0 stopped as told, 1 could not start, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m host", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser(
        "serve", help="Run the functions of function_app.py until SIGTERM or SIGINT."
    )
    command.add_argument("--ready-file", type=Path, help="Write the URL to this file once everything runs.")
    command.add_argument("--app", default="function_app", help="Module with `app`. Default: function_app.")
    options = parser.parse_args(arguments)
    _log_as_json()
    try:
        _serve(options.app, {**_DEFAULTS, **environment}, partial(_tell, options.ready_file))
    except TidegateError as error:
        print(f"tidegate: {error}", file=sys.stderr)  # noqa: T201 for the person at the terminal
        return 1
    return 0


def _serve(module: str, settings: Mapping[str, str], ready: Callable[[str], None]) -> None:
    stop = _stop_on_signals()
    config = read_config(_ROOT / "host.json", settings)
    loaded = load_settings(settings)
    clock = SystemClock()
    with SingleProcess(loaded.home), open_state(loaded, clock) as state:
        functions = importlib.import_module(module)
        # function_app may name threads to run beside its functions: Callable[[Event], None]
        workers = getattr(functions, "workers", ())
        # and what it counts by, so that it can show what the host has counted: Callable[[], Counters]
        if counters := getattr(functions, "counters", None):
            config = replace(config, counters=counters())
        host = Host(
            functions.app, state.queues, config, workers=workers, documents=state.documents, clock=clock
        )
        state.recover(host.queue_names)
        if not run(host, ready, stop):
            log.warning("stopped while a function was running: its message comes again at the next start")


def _stop_on_signals() -> Event:
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        # from a thread of its own: a handler runs in the middle of `wait`, which may hold the event's lock
        signal.signal(number, lambda *_: Thread(target=stop.set).start())
    return stop


def _tell(ready_file: Path | None, url: str) -> None:
    print(f"Tidegate is ready: {url}", flush=True)  # noqa: T201 the one line that callers wait for
    if ready_file is not None:
        unfinished = ready_file.with_name(f".{ready_file.name}-{os.getpid()}")
        unfinished.write_text(f"{url}\n")
        unfinished.replace(ready_file)


def _log_as_json() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
