"""Any text ↔ text that Table and Blob storage take as a name, in the same order.

Table storage refuses `/ \\ # ?` and control characters in keys, and compares keys by their characters.
Each byte of the UTF-8 form becomes a code word. Code words sort as their bytes do and none begins another,
so that order (by code point) and prefixes survive. Letters, digits and `-` stay as they are.
"""

from __future__ import annotations

LONGEST = 512  # UTF-16 units; Source: a PartitionKey or RowKey has at most 1 KiB


def _code_word(byte: int) -> str:
    character = chr(byte)
    if character.isascii() and (character.isalnum() or character == "-"):
        return character
    for first, last, sign in ((0x2E, 0x2F, "."), (0x3A, 0x40, ":"), (0x5B, 0x60, "_")):
        if first <= byte <= last:
            return f"{sign}{chr(ord('a') + byte - first)}"
    return f"{'!' if byte < ord('-') else '~'}{byte:02x}"


_WORDS = [_code_word(byte) for byte in range(256)]
_BYTES = {word: byte for byte, word in enumerate(_WORDS)}
_LENGTHS = {"!": 3, "~": 3, ".": 2, ":": 2, "_": 2}


def key_text(text: str) -> str:
    """Return the name for a text. Raises ValueError when it would be longer than Table storage takes."""
    encoded = "".join(_WORDS[byte] for byte in text.encode())
    if len(encoded) > LONGEST:
        raise ValueError(f"key {text[:60]!r}… is too long for Table storage: {len(encoded)} > {LONGEST}")
    return encoded


def from_key_text(encoded: str) -> str:
    """Return the text of a name that `key_text` made. Raises ValueError for any other."""
    found, position = bytearray(), 0
    while position < len(encoded):
        word = encoded[position : position + _LENGTHS.get(encoded[position], 1)]
        if word not in _BYTES:
            raise ValueError(f"name {encoded!r} is none of ours: {word!r} at {position}")
        found.append(_BYTES[word])
        position += len(word)
    return found.decode()


def end_of(encoded: str) -> str:
    """Return the first name after all that start with the non-empty `encoded`."""
    return encoded[:-1] + chr(ord(encoded[-1]) + 1)
