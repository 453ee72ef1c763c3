"""Port: larger bytes under a name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol


class BlobStore(Protocol):
    """Adapters: disk, memory, Azure blobs. Names are `/`-separated, e.g. `desired/3f2c…`.

    A put is atomic: a reader sees the old bytes or the new, never a part.
    Every method raises UnavailableError when the store cannot be reached.
    """

    def get(self, name: str) -> bytes | None: ...

    def put(self, name: str, data: bytes) -> None: ...

    def exists(self, name: str) -> bool: ...

    def delete(self, name: str) -> None:
        """Remove the blob; no error if it is not there."""
        ...

    def list(self, prefix: str) -> Iterator[str]:
        """Yield the names that start with `prefix`, in order."""
        ...
