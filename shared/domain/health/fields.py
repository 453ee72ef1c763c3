"""Reading the fields of live objects that may be absent, null, or of another type than promised."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def part(value: Any, *names: str) -> dict[str, Any]:
    """The object at the end of a path of field names; {} where there is none."""
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, dict) else {}


def parts(value: Any, name: str) -> list[dict[str, Any]]:
    """The objects in a list field; [] where there is none."""
    items = value.get(name) if isinstance(value, Mapping) else None
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def number(value: Mapping[str, Any], name: str) -> int:
    """A whole number; 0 where it is absent, as in the Go types of the API."""
    found = value.get(name)
    return int(found) if isinstance(found, int | float) and not isinstance(found, bool) else 0


def has_number(value: Mapping[str, Any], name: str) -> bool:
    """Whether the field is there: an absent pointer is not zero."""
    return isinstance(value.get(name), int | float)


def text(value: Mapping[str, Any], name: str) -> str:
    """A text; "" where it is absent."""
    found = value.get(name)
    return found if isinstance(found, str) else ""


def conditions(manifest: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield status.conditions."""
    yield from parts(part(manifest, "status"), "conditions")


def condition(manifest: Mapping[str, Any], kind: str) -> dict[str, Any] | None:
    """The first condition of a type, or None."""
    return next((found for found in conditions(manifest) if found.get("type") == kind), None)
