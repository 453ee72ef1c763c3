"""The time of one Azurite, moved from wherever its port is known."""

from __future__ import annotations

import urllib.request
from dataclasses import dataclass
from datetime import datetime, timedelta

_PATIENCE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class StorageTime:
    """By it leases and claims end. `port` is where moved_clock.cjs listens."""

    port: int

    def freeze(self, now: datetime) -> None:
        """Let it stand still at `now`; `run` lets it go on."""
        self._tell(f"at/{round(now.timestamp() * 1000)}")

    def run(self, ahead: timedelta = timedelta(0)) -> None:
        """Let it be the machine's again, or so far ahead of it: leases and claims end sooner."""
        self._tell(f"ahead/{round(ahead.total_seconds() * 1000)}")

    def _tell(self, wish: str) -> None:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/{wish}", method="POST")
        with urllib.request.urlopen(request, timeout=_PATIENCE_SECONDS):
            pass
