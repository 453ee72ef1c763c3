"""Sealing with a key file."""

from __future__ import annotations

import hmac
import os
import secrets
from contextlib import suppress
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.errors import UnavailableError

_VERSION = b"\x01"
_KEY_BYTES = 32
_NONCE_BYTES = 12


class KeyFileSealing:
    """AES-256-GCM. The file holds 64 hex digits; sealing and fingerprints use two keys derived from it.

    Makes the file (mode 0600) when it is absent; of processes that start together one makes it.
    Raises UnavailableError when it cannot be read, when others may read it, or when it holds no key.
    Sealed bytes are version (1), nonce (12), ciphertext, tag (16).
    """

    def __init__(self, path: Path | str) -> None:
        self._path = Path(path)
        self._master = _read_key(self._path)

    def seal(self, data: bytes, context: str) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _VERSION + nonce + self._cipher.encrypt(nonce, data, context.encode())

    def open(self, sealed: bytes, context: str) -> bytes:
        if sealed[:1] != _VERSION:
            raise ValueError(f"sealed bytes for {context}: are not of version 1")
        nonce, encrypted = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, encrypted, context.encode())
        except (InvalidTag, ValueError) as error:
            raise ValueError(
                f"sealed bytes for {context}: were changed, or sealed with another key or for another context"
            ) from error

    def fingerprint(self, data: bytes) -> str:
        return hmac.new(self._fingerprint_key, data, sha256).hexdigest()[:32]

    @cached_property
    def _cipher(self) -> AESGCM:
        return AESGCM(_derived(self._master, b"tidegate sealing v1"))

    @cached_property
    def _fingerprint_key(self) -> bytes:
        return _derived(self._master, b"tidegate fingerprint v1")

    def __repr__(self) -> str:
        return f"KeyFileSealing({str(self._path)!r})"


def _read_key(path: Path) -> bytes:
    try:
        if not path.exists():
            _make_key(path)
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read(4 * _KEY_BYTES)
    except OSError as error:
        raise UnavailableError(f"key file {path}: cannot be read: {error}") from error
    if mode & 0o077:
        raise UnavailableError(
            f"key file {path}: mode {mode & 0o777:04o} lets others read it. Run chmod 600 on it, "
            "and renew what was sealed with it if somebody may have read it"
        )
    with suppress(ValueError):
        key = bytes.fromhex(text.decode("ascii"))
        if len(key) == _KEY_BYTES:
            return key
    raise UnavailableError(f"key file {path}: does not hold 64 hex digits. Put the right file back")


def _make_key(path: Path) -> None:
    """Write a new key beside `path` and link it there, unless another process was first."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_name(f".{path.name}-{uuid4().hex}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(_KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(unfinished, path)
    finally:
        unfinished.unlink()


def _derived(master: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=purpose).derive(master)
