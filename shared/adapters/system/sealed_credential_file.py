"""CredentialStore in one file: names to be seen, values sealed."""

from __future__ import annotations

import base64
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from uuid import uuid4

from shared.domain.access.secret_text import SecretText
from shared.errors import UnavailableError
from shared.ports.sealing import Sealing


class SealedCredentialFile:
    """`{"v": 1, "values": {name: base64 of the sealed value}}`, mode 0600, rewritten atomically.

    A value is sealed for its name: it cannot be moved to another one. `<path>.lock` keeps writers of
    several processes apart. Raises UnavailableError also for values that another key sealed.
    """

    def __init__(self, path: Path | str, sealing: Sealing) -> None:
        self._path = Path(path)
        self._sealing = sealing
        self._lock = Lock()

    def get(self, name: str) -> SecretText | None:
        sealed = self._read().get(name)
        if sealed is None:
            return None
        try:
            return SecretText(self._sealing.open(base64.b64decode(sealed), _context(name)).decode())
        except ValueError as error:
            raise UnavailableError(
                f"credential {name} in {self._path}: was sealed with another key. "
                "Put the key file back, or enter the credential again"
            ) from error

    def put(self, name: str, value: SecretText) -> None:
        sealed = self._sealing.seal(value.reveal().encode(), _context(name))
        with self._changing() as values:
            values[name] = base64.b64encode(sealed).decode()

    def delete(self, name: str) -> None:
        with self._changing() as values:
            values.pop(name, None)

    def names(self) -> list[str]:
        return sorted(self._read())

    @contextmanager
    def _changing(self) -> Iterator[dict[str, str]]:
        """Hand out the values and write them back, one thread and one process at a time."""
        with self._lock, self._translated("write"):
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(f"{self._path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                values = self._read()
                yield values
                self._replace(json.dumps({"v": 1, "values": values}, indent=1, sort_keys=True))
            finally:
                os.close(descriptor)

    def _read(self) -> dict[str, str]:
        with self._translated("read"):
            try:
                stored = json.loads(self._path.read_bytes())
                return dict(stored["values"])
            except FileNotFoundError:
                return {}
            except (ValueError, KeyError, TypeError) as error:
                raise UnavailableError(
                    f"credential file {self._path}: is not ours or damaged. Put a backup back, or remove it"
                ) from error

    def _replace(self, text: str) -> None:
        unfinished = self._path.with_name(f".{self._path.name}-{uuid4().hex}")
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(self._path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise

    @contextmanager
    def _translated(self, doing: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise UnavailableError(f"credential file {self._path}, {doing}: {error}") from error


def _context(name: str) -> str:
    return f"credential:{name}"
