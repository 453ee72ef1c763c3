"""A value that must never be seen."""

from __future__ import annotations


class SecretText:
    """Text that hides itself in repr, str, format, logs and JSON; `reveal()` is the one way to read it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "SecretText(••••)"

    def __str__(self) -> str:
        return "••••"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SecretText) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> str:
        raise TypeError("a SecretText is never pickled")
