"""Taking over the fields of the tools that managed an object before us."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from shared.domain.manifests.manifest import Manifest, metadata_of

_APPLY = "Apply"
Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Migration:
    """`managed_fields` replaces metadata.managedFields; `taken` names whose fields are ours from then on."""

    managed_fields: list[dict[str, Any]]
    taken: tuple[str, ...]

    def patch(self, resource_version: str) -> list[dict[str, Any]]:
        """A JSON patch that fails when the object has changed meanwhile."""
        return [
            {"op": "replace", "path": "/metadata/managedFields", "value": self.managed_fields},
            {"op": "replace", "path": "/metadata/resourceVersion", "value": resource_version},
        ]


def migration(live: Manifest, manager: str, managers: Collection[str]) -> Migration | None:
    """Make the fields of these managers ours, so that what Git drops is removed; None if they have none.

    Their entries and ours become one entry of operation Apply; sub-resources and everybody else's entries
    stay as they are.
    Source: client-go util/csaupgrade (UpgradeManagedFields), which does the same for one manager.
    """
    entries = [dict(entry) for entry in metadata_of(live).get("managedFields") or []]
    theirs = [entry for entry in entries if _is_from(entry, managers) and entry.get("manager") != manager]
    if not theirs:
        return None
    ours = [
        entry for entry in entries if entry.get("manager") == manager and entry.get("operation") == _APPLY
    ]
    united: Fields = {}
    for entry in (*ours, *theirs):
        _unite(united, entry.get("fieldsV1") or {})
    base = ours[0] if ours else theirs[0]
    mine = {**base, "manager": manager, "operation": _APPLY, "fieldsV1": united}
    kept = [entry for entry in entries if entry not in theirs and entry not in ours]
    return Migration([mine, *kept], tuple(dict.fromkeys(str(entry["manager"]) for entry in theirs)))


def _is_from(entry: dict[str, Any], managers: Collection[str]) -> bool:
    return entry.get("manager") in managers and not entry.get("subresource")


def _unite(into: Fields, fields: Fields) -> None:
    for name, inner in fields.items():
        _unite(into.setdefault(name, {}), inner)
