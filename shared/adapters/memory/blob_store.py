"""BlobStore in memory."""

from __future__ import annotations

from collections.abc import Iterator


class MemoryBlobStore:
    """Each call is one operation on a dict, which threads may share."""

    def __init__(self) -> None:
        self._blobs: dict[str, bytes] = {}

    def get(self, name: str) -> bytes | None:
        return self._blobs.get(_checked(name))

    def put(self, name: str, data: bytes) -> None:
        self._blobs[_checked(name)] = bytes(data)

    def exists(self, name: str) -> bool:
        return _checked(name) in self._blobs

    def delete(self, name: str) -> None:
        self._blobs.pop(_checked(name), None)

    def list(self, prefix: str) -> Iterator[str]:
        return iter(sorted(name for name in tuple(self._blobs) if name.startswith(prefix)))


def _checked(name: str) -> str:
    if any(segment in {"", ".", ".."} for segment in name.split("/")):
        raise ValueError(f"blob name {name!r} has an empty, '.' or '..' segment")
    return name
