"""The text form of the key under which everything is sealed: 64 hex digits, in a file or in a vault."""

from __future__ import annotations

KEY_BYTES = 32


def sealing_key(text: str) -> bytes | None:
    """Return the 32 bytes, or None when the text is no key; white space at the ends counts for nothing."""
    try:
        key = bytes.fromhex(text)
    except ValueError:
        return None
    return key if len(key) == KEY_BYTES else None
