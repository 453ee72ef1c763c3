"""spec.destination of an Application."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from shared.domain.specs.fields import Fields


@dataclass(frozen=True, slots=True)
class Destination:
    """Where an Application deploys: exactly one of `name` and `server` is set.

    `namespace` is put on namespaced objects that have none; "" when the manifests name their own.
    """

    namespace: str
    name: str = ""
    server: str = ""

    @classmethod
    def parse(cls, fields: Fields) -> Self:
        name, server = fields.text("name"), fields.text("server")
        if name and server:
            raise fields.error("", f"sets both name {name!r} and server {server!r}", "Keep one of them")
        if not name and not server:
            raise fields.error("", "sets neither name nor server", "Add one of them")
        return cls(fields.text("namespace"), name, server)
