"""Typed reading of YAML: a wrong type becomes a sentence that names the field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from shared.errors import InvalidSpecError

_NAMES: dict[type, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text",
    list: "a list",
    dict: "an object",
}


@dataclass(frozen=True, slots=True)
class Fields:
    """One object of a manifest, its dotted path, and whose it is (`Application argocd/shop`).

    An absent field and a null are the same, as in the Kubernetes API. Every reader raises
    InvalidSpecError for a value of another type. Values are never part of a message, since a Helm
    parameter or a plugin variable may be a secret; types are.
    """

    owner: str
    path: str
    data: Mapping[str, Any]

    def at(self, name: str) -> str:
        """The dotted path of a field."""
        return f"{self.path}.{name}" if self.path else name

    def has(self, name: str) -> bool:
        return self.data.get(name) is not None

    def error(self, name: str, problem: str, hint: str = "") -> InvalidSpecError:
        """An error about one of the fields, to be raised by the caller."""
        return InvalidSpecError(self.owner, self.at(name) if name else self.path, problem, hint)

    def text(self, name: str, default: str = "") -> str:
        value = self.data.get(name)
        if value is None:
            return default
        if not isinstance(value, str):
            raise self._wrong_type(name, str, value)
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.data.get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise self._wrong_type(name, bool, value)
        return value

    def whole_number(self, name: str, default: int) -> int:
        value = self.data.get(name)
        if value is None:
            return default
        if not is_whole_number(value):
            raise self._wrong_type(name, int, value)
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; empty when absent."""
        items = self._items(name)
        for index, item in enumerate(items):
            if not isinstance(item, str):
                raise self._wrong_type(f"{name}[{index}]", str, item)
        return tuple(items)

    def text_map(self, name: str) -> dict[str, str]:
        """An object whose values are texts; empty when absent."""
        values = self.any_object(name)
        for key, value in values.items():
            if not isinstance(value, str):
                raise self._wrong_type(f"{name}[{key!r}]", str, value)
        return values

    def any_object(self, name: str) -> dict[str, Any]:
        """An object as it stands (a copy of its first level); empty when absent."""
        value = self.data.get(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self._wrong_type(name, dict, value)
        for key in value:
            if not isinstance(key, str):
                raise self.error(name, f"has a key that is {_name_of(key)}", "Put it in quotes")
        return dict(value)

    def child(self, name: str) -> Fields:
        """The fields of an object; no fields when absent."""
        return Fields(self.owner, self.at(name), self.any_object(name))

    def children(self, name: str) -> tuple[Fields, ...]:
        """The fields of each object of a list; empty when absent."""
        found = []
        for index, item in enumerate(self._items(name)):
            if not isinstance(item, dict):
                raise self._wrong_type(f"{name}[{index}]", dict, item)
            found.append(Fields(self.owner, f"{self.at(name)}[{index}]", item))
        return tuple(found)

    def _items(self, name: str) -> list[Any]:
        value = self.data.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self._wrong_type(name, list, value)
        return value

    def _wrong_type(self, name: str, wanted: type, value: object) -> InvalidSpecError:
        hint = "Put it in quotes" if wanted is str and isinstance(value, bool | int | float) else ""
        if wanted is list and isinstance(value, str):
            hint = "Write one entry a line, each after a dash"
        return self.error(name, f"must be {_NAMES[wanted]}, not {_name_of(value)}", hint)


def is_whole_number(value: object) -> TypeGuard[int]:
    """Is this an int? True and False are ints to Python alone."""
    return isinstance(value, int) and not isinstance(value, bool)


def _name_of(value: object) -> str:
    return "null" if value is None else _NAMES.get(type(value), f"a {type(value).__name__}")
