"""The fields of a request of the control URL, read with their rules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sandbox.demo.control.refusal import RefusedError


class RequestFields:
    """One JSON object. Every method raises RefusedError; none of them repeats what `secret` read."""

    def __init__(self, subject: str, values: Mapping[str, Any]) -> None:
        self.subject, self._values = subject, values

    def only(self, known: Mapping[str, str]) -> None:
        """Refuse fields that nobody reads."""
        for name in sorted(set(self._values) - set(known)):
            fields = ", ".join(known)
            raise RefusedError(self.subject, name, "is no field of it", f"Its fields are {fields}")

    def text(self, name: str, default: str, pattern: re.Pattern[str], rule: str) -> str:
        """A text that the whole pattern fits; missing or "" is the default."""
        value = self._values.get(name)
        if value in (None, ""):
            return default
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise RefusedError(self.subject, name, f"is {value!r}", rule)
        return value

    def number(self, name: str, default: int, highest: int) -> int:
        """A whole number from 0 to `highest`."""
        value = self._values.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= highest:
            raise RefusedError(
                self.subject, name, f"is {value!r}", f"Write a whole number from 0 to {highest}"
            )
        return value

    def secret(self, name: str, largest_bytes: int) -> str:
        """A text that is never repeated; "" when it is missing."""
        value = self._values.get(name)
        if value is None:
            return ""
        if not isinstance(value, str) or not value:
            raise RefusedError(
                self.subject, name, "is no text, or an empty one", "Leave it out to have one made"
            )
        if len(value.encode()) > largest_bytes:
            raise RefusedError(
                self.subject, name, f"has more than {largest_bytes} bytes", "Key Vault takes no more"
            )
        return value
