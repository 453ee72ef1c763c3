"""Azurite as a process of its own: blobs, queues and tables in memory, on free ports, with a clock to move.

`python -m tests.azurite.azurite --connection-file FILE` runs one until it is told to stop.
"""

from __future__ import annotations

import argparse
import re
import signal
import socket
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from shared.adapters.azure.storage_account import development_storage
from tests.azurite.install import installed_azurite
from tests.azurite.storage_time import StorageTime
from tests.controlplane.processes import Child, free_ports, start
from tests.npm_packages import node_program

_CLOCK, _ACCOUNTS = map(Path(__file__).with_name, ("moved_clock.cjs", "given_accounts.cjs"))
_ACCOUNT, _KEY = "devstoreaccount1", re.compile("AccountKey=([^;]+)")
_START_SECONDS = 60.0
_TRIES = 3


class Azurite:
    """A context: started on entry, gone on exit. RuntimeError when it does not start.

    Beside the development account, whose connection string is `connection`, it has `accounts` empty ones.
    """

    def __init__(self, accounts: int = 0) -> None:
        self._stack = ExitStack()
        self._empty = [f"tidegate{number:04d}" for number in range(accounts)]
        self.connection = ""
        self.time = StorageTime(0)

    def __enter__(self) -> Self:
        self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="azurite-")))
        self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def empty_account(self) -> str:
        """The connection string of an account that nobody has had yet. IndexError when none is left."""
        return self.connection.replace(_ACCOUNT, self._empty.pop())

    def freeze(self, now: datetime) -> None:
        """Let Azurite's clock stand still at `now`; `run` lets it go on."""
        self.time.freeze(now)

    def run(self, ahead: timedelta = timedelta(0)) -> None:
        """Give Azurite the machine's clock again, or one ahead of it: leases and claims end sooner."""
        self.time.run(ahead)

    def _start(self) -> None:
        for attempt in range(1, _TRIES + 1):
            *ports, clock = free_ports(4)
            self.connection, self.time = development_storage(*ports), StorageTime(clock)
            child = self._spawn(ports)
            try:
                self._wait(child, [*ports, clock])
            except RuntimeError:
                child.stop()
                if attempt == _TRIES:
                    raise
                continue
            self._stack.callback(child.stop)
            return

    def _spawn(self, ports: list[int]) -> Child:
        (self._folder / "clock-port").write_text(str(self.time.port))
        key = _KEY.findall(self.connection)[0]
        accounts = ";".join(f"{name}:{key}" for name in (_ACCOUNT, *self._empty))
        (self._folder / "accounts").write_text(accounts)
        blob, queue, table = map(str, ports)
        return start(
            node_program(),
            [
                *("--require", str(_CLOCK), "--require", str(_ACCOUNTS)),
                *(str(installed_azurite()), "--inMemoryPersistence"),
                *("--skipApiVersionCheck", "--silent", "--disableTelemetry"),
                *("--blobPort", blob, "--queuePort", queue, "--tablePort", table),
            ],
            self._folder,
        )

    def _wait(self, child: Child, ports: list[int]) -> None:
        deadline = time.monotonic() + _START_SECONDS
        for port in ports:
            while not _listens(port):
                child.check()
                if time.monotonic() > deadline:
                    raise RuntimeError(f"Azurite does not listen:\n{child.last_lines()}")
                time.sleep(0.02)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def main(arguments: list[str]) -> int:
    """Exit status: 0 stopped as told."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connection-file", type=Path, required=True, help="Gets the connection string.")
    options = parser.parse_args(arguments)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with Azurite() as azurite:
        options.connection_file.write_text(azurite.connection)
        stop.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
