"""Where the demo's Tidegate keeps its state: SQLite in its folder, or Azurite as a process beside it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from shared.adapters.azure.storage_account import StorageAccount
from shared.domain.access.secret_text import SecretText

STATES = ("sqlite", "azurite")
_ROOT = Path(__file__).resolve().parents[2]
_START_SECONDS = 300.0  # the first time, npm installs it


@dataclass(frozen=True, slots=True)
class DemoStorage:
    """`settings` are what Tidegate is told. `connection` is "" where all lies in the home's folder."""

    home: Path
    connection: str = field(default="", repr=False)

    @property
    def settings(self) -> Mapping[str, str]:
        home = {"TIDEGATE_HOME": str(self.home)}
        if not self.connection:
            return home
        return {**home, "TIDEGATE_STATE": "azurite", "AzureWebJobsStorage": self.connection}

    def lose(self) -> None:
        """Delete everything that Tidegate, which must not run now, has remembered."""
        shutil.rmtree(self.home)
        if self.connection:
            with closing(StorageAccount.by_connection(SecretText(self.connection))) as account:
                _empty(account)


@contextmanager
def demo_storage(state: str, folder: Path) -> Iterator[DemoStorage]:
    """Start what the state needs; `folder` is the demo's."""
    if state == "sqlite":
        yield DemoStorage(folder / "home")
        return
    file = folder / "azurite-connection"
    command = [sys.executable, "-m", "tests.azurite.azurite", "--connection-file", str(file)]
    process = subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.DEVNULL)  # noqa: S603 our own module
    try:
        _wait_for(file, process)
        yield DemoStorage(folder / "home", file.read_text())
    finally:
        process.terminate()
        process.wait(30)


def _empty(account: StorageAccount) -> None:
    for table in account.tables.list_tables():
        account.tables.delete_table(table.name)
    for container in account.blobs.list_containers():
        account.blobs.delete_container(container.name)
    for queue in account.queues.list_queues():
        account.queues.delete_queue(queue.name)


def _wait_for(file: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not (file.exists() and file.stat().st_size):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("Azurite did not start; its messages are above")
        time.sleep(0.05)
