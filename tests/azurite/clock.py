"""A clock that stands still in Azurite, too."""

from __future__ import annotations

from datetime import timedelta

from shared.adapters.system.clock import FixedClock
from tests.azurite.azurite import Azurite


class AzuriteClock(FixedClock):
    """Azurite's leases and messages end when this clock is advanced; `close` gives it its own time back."""

    def __init__(self, azurite: Azurite) -> None:
        super().__init__()
        self._azurite = azurite
        azurite.freeze(self.now())

    def advance(self, by: timedelta) -> None:
        super().advance(by)
        self._azurite.freeze(self.now())

    def close(self) -> None:
        self._azurite.run()
