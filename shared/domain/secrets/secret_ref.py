"""Which ExternalSecret of which cluster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from shared.errors import InvalidRequestError

_PARTS = 3


@dataclass(frozen=True, slots=True, order=True)
class SecretRef:
    """`cluster` is the cluster's key: one cluster under two names has each ExternalSecret once."""

    cluster: str
    namespace: str
    name: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `<cluster>/<namespace>/<name>`. Raises InvalidRequestError."""
        parts = text.split("/")
        if len(parts) != _PARTS or not all(parts):
            raise InvalidRequestError(f"ExternalSecret {text!r}: must be <cluster>/<namespace>/<name>")
        return cls(*parts)

    def __str__(self) -> str:
        return f"{self.cluster}/{self.namespace}/{self.name}"
