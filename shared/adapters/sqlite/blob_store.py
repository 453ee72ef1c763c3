"""BlobStore in a directory beside the SQLite file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote, unquote
from uuid import uuid4

from shared.errors import UnavailableError

_LONGEST_SEGMENT = 240  # bytes, quoted; file systems take 255
_UNFINISHED = "=unfinished"


class DiskBlobStore:
    """One file a blob: `<root>/<folders>/=<shard>/<last segment>`, each segment percent-encoded.

    `=` occurs in no encoded segment, so no name can meet a shard, and the blob `a` and the blob `a/b`
    live beside each other. Raises ValueError for a name with an empty, `.` or `..` segment.
    """

    def __init__(self, root: Path | str) -> None:
        self._root = Path(root)
        with _translated(f"open {root}"):
            self._root.mkdir(parents=True, exist_ok=True, mode=0o700)
            (self._root / _UNFINISHED).mkdir(exist_ok=True, mode=0o700)
            self._sweep()

    def get(self, name: str) -> bytes | None:
        with _translated(f"get {name}"):
            try:
                return self._path(name).read_bytes()
            except FileNotFoundError:
                return None

    def put(self, name: str, data: bytes) -> None:
        target = self._path(name)
        unfinished = self._root / _UNFINISHED / f"{os.getpid()}-{uuid4().hex}"
        with _translated(f"put {name}"):
            try:
                descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(descriptor, "wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                unfinished.replace(target)
            except OSError:
                unfinished.unlink(missing_ok=True)
                raise

    def exists(self, name: str) -> bool:
        with _translated(f"look for {name}"):
            return self._path(name).is_file()

    def delete(self, name: str) -> None:
        with _translated(f"delete {name}"):
            self._path(name).unlink(missing_ok=True)

    def list(self, prefix: str) -> Iterator[str]:
        with _translated(f"list {prefix}"):
            names = sorted(name for name in self._names(prefix) if name.startswith(prefix))
        return iter(names)

    def _names(self, prefix: str) -> Iterator[str]:
        folders = prefix.split("/")[:-1]
        if any(folder in {"", ".", ".."} for folder in folders):
            return
        start = self._root.joinpath(*map(_quoted, folders))
        for folder, _, files in os.walk(start):
            path = Path(folder)
            if not path.name.startswith("=") or path.name == _UNFINISHED:
                continue
            parents = [unquote(part) for part in path.parent.relative_to(self._root).parts]
            yield from ("/".join([*parents, unquote(file)]) for file in files)

    def _path(self, name: str) -> Path:
        segments = name.split("/")
        if any(segment in {"", ".", ".."} for segment in segments):
            raise ValueError(f"blob name {name!r} has an empty, '.' or '..' segment")
        *folders, last = map(_quoted, segments)
        return self._root.joinpath(*folders, f"={sha256(last.encode()).hexdigest()[:2]}", last)

    def _sweep(self) -> None:
        """Remove what killed processes left half written."""
        for file in (self._root / _UNFINISHED).iterdir():
            if not _alive(int(file.name.partition("-")[0])):
                file.unlink(missing_ok=True)


def _quoted(segment: str) -> str:
    quoted = quote(segment, safe="")
    if len(quoted) > _LONGEST_SEGMENT:
        raise ValueError(f"blob name segment {segment[:40]!r}… is longer than {_LONGEST_SEGMENT} bytes")
    return quoted


def _alive(pid: int) -> bool:
    with suppress(PermissionError):  # alive, and another user's
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
    return True


@contextmanager
def _translated(doing: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UnavailableError(f"blob store, {doing}: {error}") from error
