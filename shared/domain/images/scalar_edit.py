"""Find one scalar of a YAML file and replace its bytes, and nothing else."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from shared.errors import RenderError

_BOM = "\ufeff"
# Texts that no reader of YAML 1.1 or 1.2 takes for a number, a date or a truth value
_PLAIN = re.compile(r"[vV]?\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]*)?|[A-Za-z][A-Za-z0-9._-]*")
_WORDS = re.compile(r"y|n|yes|no|on|off|true|false|null|nan|inf", re.IGNORECASE)
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Scalar:
    """Where a scalar stands, in characters of the text without its byte order mark, quotes included.

    `text` is what is written there, quotes taken off; `quote` is `'`, `"` or "".
    """

    start: int
    end: int
    text: str
    quote: str


class YamlText:
    """One document. Raises RenderError for what is no UTF-8, no YAML, or more than one document."""

    def __init__(self, name: str, data: bytes) -> None:
        self._name = name
        try:
            text = data.decode()
        except UnicodeDecodeError as error:
            raise RenderError(f"{name}: is no UTF-8, so nothing is written to it") from error
        self._mark = _BOM if text.startswith(_BOM) else ""
        self._text = text.removeprefix(_BOM)
        try:
            self._root = yaml.compose(self._text, Loader=yaml.CSafeLoader)
        except yaml.YAMLError as error:
            where = " ".join(str(error).split())
            raise RenderError(f"{name}: cannot be read as one YAML document ({where})") from error

    def path_of(self, dotted: str) -> Path | None:
        """The path of `image.tag` or `images[0].tag`: a key of that very name first, then step by step."""
        if self._at((dotted,)) is not None:
            return (dotted,)
        steps: list[str | int] = []
        for part in dotted.split("."):
            name, *indexes = part.replace("]", "").split("[")
            steps += [name] if name else []
            if not all(index.isdecimal() for index in indexes):
                return None
            steps += [int(index) for index in indexes]
        return tuple(steps) if steps and self._at(steps) is not None else None

    def entry_of(self, key: str, name: str) -> int | None:
        """The index of the entry of a list of mappings whose `name` is this one."""
        found = self._at((key,))
        entries = found.value if isinstance(found, yaml.SequenceNode) else []
        named = [index for index in range(len(entries)) if self.text_at((key, index, "name")) == name]
        return named[0] if len(named) == 1 else None

    def text_at(self, path: Sequence[str | int]) -> str | None:
        """What is written at a path, None where there is no scalar."""
        node = self._at(path)
        return str(node.value) if isinstance(node, yaml.ScalarNode) else None

    def replaced(self, path: Path, value: str) -> bytes:
        """The bytes with another value at a path, in the quotes that were there; more where they are needed.

        Raises RenderError for a scalar with an anchor, a tag or several lines: a person has to edit it.
        """
        scalar = self._scalar(path)
        written = _quoted(value, scalar.quote)
        text = f"{self._mark}{self._text[: scalar.start]}{written}{self._text[scalar.end :]}"
        return text.encode()

    def _scalar(self, path: Path) -> Scalar:
        node = self._at(path)
        if not isinstance(node, yaml.ScalarNode):
            raise RenderError(f"{self._name}: has no text at {shown(path)}")
        start, end = node.start_mark.index, node.end_mark.index
        raw = self._text[start:end]
        if raw[:1] in ("&", "!", "*", "|", ">", "") or "\n" in raw:
            raise RenderError(
                f"{self._name}: {shown(path)} has an anchor, a tag or several lines. Write a plain text there"
            )
        quote = raw[0] if raw[0] in "'\"" else ""
        return Scalar(start, end, str(node.value), quote)

    def _at(self, path: Sequence[str | int]) -> yaml.Node | None:
        node = self._root
        for step in path:
            node = _child(node, step)
            if node is None:
                return None
        return node


def with_value(document: Any, path: Path, value: str) -> Any:
    """A copy of a parsed document with another value at a path: what an edit must have made, and no more."""
    expected = copy.deepcopy(document)
    place = expected
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return expected


def shown(path: Sequence[str | int]) -> str:
    """`images[0].newTag`."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


def _child(node: yaml.Node | None, step: str | int) -> yaml.Node | None:
    if isinstance(step, int):
        items = node.value if isinstance(node, yaml.SequenceNode) else []
        return items[step] if step < len(items) else None
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    found = [value for key, value in pairs if isinstance(key, yaml.ScalarNode) and key.value == step]
    return found[-1] if found else None


def _quoted(value: str, quote: str) -> str:
    if not quote and _PLAIN.fullmatch(value) and not _WORDS.fullmatch(value):
        return value
    return f"'{value}'" if quote == "'" else f'"{value}"'
