"""The time of one run: of every process in it, and of the storage where its state lies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from shared.adapters.system.clock import SystemClock
from tests.azurite.storage_time import StorageTime


@dataclass(frozen=True, slots=True)
class WorldTime:
    """A clock: the machine's, moved. `file` says to all processes by how much.

    `storage_port` leads to the time of an Azurite; 0 where the state has none of its own, as in SQLite.
    """

    file: Path
    storage_port: int = 0

    @property
    def ahead(self) -> timedelta:
        return timedelta(seconds=float(self.file.read_text()))

    def now(self) -> datetime:
        return SystemClock().now() + self.ahead

    def run(self, ahead: timedelta) -> None:
        """Let it be so far ahead of the machine's."""
        self._tell(ahead)
        if self.storage_port:
            StorageTime(self.storage_port).run(ahead)

    def freeze(self, moment: datetime) -> None:
        """Let the storage's stand still; who asks holds its own clock still."""
        self._tell(moment - SystemClock().now())
        if self.storage_port:
            StorageTime(self.storage_port).freeze(moment)

    def _tell(self, ahead: timedelta) -> None:
        """Before the storage moves: who gets a message that has come due finds that it is so late."""
        unfinished = self.file.with_suffix(".unfinished")
        unfinished.write_text(str(ahead.total_seconds()))
        unfinished.replace(self.file)
