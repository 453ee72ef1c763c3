"""Sealing with a key file."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from shared.adapters.system.aes_sealing import AesSealing
from shared.domain.access.sealing_key import KEY_BYTES, sealing_key
from shared.errors import UnavailableError


class KeyFileSealing(AesSealing):
    """The key lies in a file of 64 hex digits, which is read once.

    Makes the file (mode 0600) when it is absent; of processes that start together one makes it.
    Raises UnavailableError when it cannot be read, when others may read it, or when it holds no key.
    """

    def __init__(self, path: Path | str) -> None:
        self._path = Path(path)
        super().__init__(_read_key(self._path))

    def __repr__(self) -> str:
        return f"KeyFileSealing({str(self._path)!r})"


def _read_key(path: Path) -> bytes:
    try:
        if not path.exists():
            _make_key(path)
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read(4 * KEY_BYTES)
    except OSError as error:
        raise UnavailableError(f"key file {path}: cannot be read: {error}") from error
    if mode & 0o077:
        raise UnavailableError(
            f"key file {path}: mode {mode & 0o777:04o} lets others read it. Run chmod 600 on it, "
            "and renew what was sealed with it if somebody may have read it"
        )
    key = sealing_key(text.decode(errors="replace"))
    if key is None:
        raise UnavailableError(f"key file {path}: does not hold 64 hex digits. Put the right file back")
    return key


def _make_key(path: Path) -> None:
    """Write a new key beside `path` and link it there, unless another process was first."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_name(f".{path.name}-{uuid4().hex}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(unfinished, path)
    finally:
        unfinished.unlink()
