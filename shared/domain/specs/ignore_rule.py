"""spec.ignoreDifferences: fields that somebody else may set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from shared.domain.specs.fields import Fields


@dataclass(frozen=True, slots=True)
class IgnoreRule:
    """Which objects, and which of their fields, differ on purpose.

    `group` and `kind` may be globs; `name` and `namespace` are exact, "" = any. `json_pointers` are
    RFC 6901.
    """

    group: str
    kind: str
    name: str = ""
    namespace: str = ""
    json_pointers: tuple[str, ...] = ()
    jq_path_expressions: tuple[str, ...] = ()
    managed_fields_managers: tuple[str, ...] = ()

    @classmethod
    def parse(cls, fields: Fields) -> Self:
        kind = fields.text("kind")
        if not kind:
            raise fields.error("kind", "is missing", "Name a kind, or '*' for every kind")
        return cls(
            fields.text("group"),
            kind,
            fields.text("name"),
            fields.text("namespace"),
            fields.texts("jsonPointers"),
            fields.texts("jqPathExpressions"),
            fields.texts("managedFieldsManagers"),
        )
