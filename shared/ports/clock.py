"""Port: what time it is."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Adapters: system, fixed."""

    def now(self) -> datetime:
        """Timezone-aware UTC."""
        ...
