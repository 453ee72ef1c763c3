"""Sealing under a key that somebody else keeps."""

from __future__ import annotations

import hmac
import secrets
from functools import cached_property
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.domain.access.sealing_key import KEY_BYTES

_VERSION = b"\x01"
_NONCE_BYTES = 12


class AesSealing:
    """AES-256-GCM under a master key of 32 bytes; sealing and fingerprints use two keys derived from it.

    Sealed bytes are version (1), nonce (12), ciphertext, tag (16).
    """

    def __init__(self, master: bytes) -> None:
        self._master = master

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


def _derived(master: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(master)
