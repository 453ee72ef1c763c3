"""Port: tokens that nobody can guess."""

from __future__ import annotations

from typing import Protocol


class Random(Protocol):
    """Adapters: system, fixed."""

    def token(self) -> str:
        """32 hex digits."""
        ...
