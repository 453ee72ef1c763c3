"""spec.source.directory of an Application."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Self

from shared.domain.specs.fields import Fields


@dataclass(frozen=True, slots=True)
class DirectoryOptions:
    """Which plain files count; `include` and `exclude` are globs. `jsonnet` is kept as written."""

    recurse: bool = False
    include: str = ""
    exclude: str = ""
    jsonnet: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def parse(cls, fields: Fields) -> Self:
        return cls(
            fields.flag("recurse"),
            fields.text("include"),
            fields.text("exclude"),
            fields.any_object("jsonnet"),
        )
