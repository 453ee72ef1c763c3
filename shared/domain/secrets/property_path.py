"""One value inside of a JSON text, by a path with dots: text as it stands, never reformatted.

Source: External Secrets' Azure provider, which asks tidwall/gjson.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal

_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\r\n]*")
_DEPTH = 100
# what gjson understands besides names and numbers: queries, wildcards, modifiers, pipes, arrays of all
_NOT_BUILT = re.compile(r"(?<!\\)[*?|@#!{}\[\]()]")


def property_of(text: str, path: str) -> str | None:
    """Return the value at the path: strings without quotes, objects and arrays as they are written.

    A path that leads nowhere is tried once more as one name, dots and all. None: there is nothing.
    Raises ValueError for a path in a form that is not built, never with a part of the text in it.
    """
    if _NOT_BUILT.search(path):
        raise ValueError("only names and numbers with dots between them are built yet")
    steps = [part.replace("\\", "") for part in re.split(r"(?<!\\)\.", path)]
    try:
        found = _at(text, steps)
        if found is None and len(steps) > 1:
            found = _at(text, [path.replace("\\", "")])
    except (ValueError, RecursionError):  # no JSON, or not all of it: the words of that error show some of it
        return None
    return None if found is None else _shown(found)


def _at(text: str, steps: list[str]) -> str | None:
    """The raw text of the value that the steps lead to."""
    raw = text.strip(" \t\r\n")
    for step in steps[:_DEPTH]:
        found = _member(raw, step)
        if found is None:
            return None
        raw = found
    return raw


def _member(raw: str, name: str) -> str | None:
    """The raw text of a member of an object, or of an item of an array, by its number from 0."""
    if raw[:1] not in ("{", "["):
        return None
    in_object, place, index = raw[0] == "{", _skip(raw, 1), 0
    while raw[place : place + 1] not in ("}", "]", ""):
        key = str(index)
        if in_object:
            key, place = _DECODER.raw_decode(raw, place)
            place = _skip(raw, _skip(raw, place) + 1)
        _, end = _DECODER.raw_decode(raw, place)
        if key == name:
            return raw[place:end]
        place, index = _skip(raw, end), index + 1
        place = _skip(raw, place + 1) if raw[place : place + 1] == "," else place
    return None


def _skip(raw: str, place: int) -> int:
    found = _SPACE.match(raw, place)
    return found.end() if found else place


def _shown(raw: str) -> str:
    """Source: gjson's Result.String: null is "", 1.50 is 1.5, 1e3 is 1000; whole numbers stay as they are."""
    if raw.startswith('"'):
        return str(json.loads(raw))
    if raw == "null":
        return ""
    if raw[:1] in "{[tf" or raw.lstrip("-").isdecimal():
        return raw
    number = format(Decimal(repr(float(raw))), "f")
    return number.rstrip("0").rstrip(".") if "." in number else number
