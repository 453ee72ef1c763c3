"""Port: bytes that only we can read again."""

from __future__ import annotations

from typing import Protocol


class Sealing(Protocol):
    """Adapters: key file (and Key Vault). AES-256-GCM; `context` is authenticated, not stored."""

    def seal(self, data: bytes, context: str) -> bytes: ...

    def open(self, sealed: bytes, context: str) -> bytes:
        """Raises UnavailableError when the key is gone, ValueError when the bytes or context are not ours."""
        ...

    def fingerprint(self, data: bytes) -> str:
        """A keyed hash: equal for equal data here, of no use to anyone without the key. 32 hex digits."""
        ...
