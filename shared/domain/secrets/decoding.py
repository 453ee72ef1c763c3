"""From the text in a vault to the bytes of one key."""

from __future__ import annotations

import base64
import binascii
import re

from shared.domain.secrets.external_secret import RemoteEntry
from shared.domain.secrets.property_path import property_of
from shared.errors import InvalidSpecError, NotFoundError

_ALPHABETS = {"Base64": re.compile(r"[A-Za-z0-9+/]*={0,2}"), "Base64URL": re.compile(r"[A-Za-z0-9_-]*={0,2}")}


def entry_value(owner: str, entry: RemoteEntry, text: str) -> bytes:
    """Take the property of an entry out of the value of its secret, and decode it as it says.

    Raises NotFoundError for a property that is not there, InvalidSpecError for a path or a text that cannot
    be read. No message holds a part of the text.
    """
    value = _property(owner, entry, text)
    if entry.decoding == "Auto":
        found = _decoded(value, "Base64")
        found = _decoded(value, "Base64URL") if found is None else found
        return value.encode() if found is None else found
    if entry.decoding in _ALPHABETS:
        found = _decoded(value, entry.decoding)
        if found is None:
            raise InvalidSpecError(
                owner, f"data {entry.key}", f"is no {entry.decoding}", "Mend the value or decodingStrategy"
            )
        return found
    return value.encode()


def _property(owner: str, entry: RemoteEntry, text: str) -> str:
    if not entry.path:
        return text
    try:
        value = property_of(text, entry.path)
    except ValueError as error:
        raise InvalidSpecError(owner, f"data {entry.key}", f"property: {error}") from error
    if value is None:
        raise NotFoundError(
            f"{owner}: property {entry.path} does not exist in key {entry.name}. "
            "Add it to the JSON of the secret, or mend remoteRef.property"
        )
    return value


def _decoded(text: str, strategy: str) -> bytes | None:
    """Source: Go's encoding/base64: padding is required, line ends are skipped."""
    joined = text.replace("\r", "").replace("\n", "")
    if not _ALPHABETS[strategy].fullmatch(joined):
        return None
    try:
        return base64.b64decode(joined, b"-_" if strategy == "Base64URL" else None, validate=True)
    except binascii.Error:
        return None
