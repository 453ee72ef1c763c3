"""Events of a cluster as a list that people read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from shared.domain.manifests.manifest import Manifest, metadata_of

MOST_EVENTS = 500


def event_list(events: Iterable[Manifest]) -> dict[str, Any]:
    """Return {metadata, items} with each event once, by the time it was last seen, the newest 500."""
    known = {str(metadata_of(event).get("uid") or id(event)): event for event in events}
    items = sorted(known.values(), key=seen_at)[-MOST_EVENTS:]
    return {"metadata": {}, "items": [_shown(event) for event in items]}


def seen_at(event: Manifest) -> str:
    """When it was last seen, RFC 3339. Source: kubectl's order: series, lastTimestamp, eventTime."""
    series = event.get("series") if isinstance(event.get("series"), dict) else {}
    moments = (
        (series or {}).get("lastObservedTime"),
        event.get("lastTimestamp"),
        event.get("eventTime"),
        event.get("firstTimestamp"),
        metadata_of(event).get("creationTimestamp"),
    )
    return next((str(moment) for moment in moments if moment), "")


def _shown(event: Manifest) -> Manifest:
    metadata = {name: value for name, value in metadata_of(event).items() if name != "managedFields"}
    return {**event, "metadata": metadata}
