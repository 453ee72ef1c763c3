"""The machine's randomness, and a counter."""

from __future__ import annotations

import itertools
import secrets


class SystemRandom:
    def token(self) -> str:
        return secrets.token_hex(16)


class CountingRandom:
    """Tokens 1, 2, 3 … in hex: each differs, and a test can foretell them."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def token(self) -> str:
        return f"{next(self._numbers):032x}"
