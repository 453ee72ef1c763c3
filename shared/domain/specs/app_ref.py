"""The name of an Application."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from shared.errors import InvalidRequestError


@dataclass(frozen=True, slots=True, order=True)
class AppRef:
    """Identity of an Application: control namespace and name."""

    namespace: str
    name: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `namespace/name`; raises InvalidRequestError for anything else."""
        namespace, slash, name = text.partition("/")
        if not (namespace and slash and name) or "/" in name:
            raise InvalidRequestError(f"Application reference {text!r} is not of the form namespace/name")
        return cls(namespace, name)

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"
