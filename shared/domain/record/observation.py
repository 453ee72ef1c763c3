"""A comparison and the health of its objects, as the status that is kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from shared.domain.compare.comparison import Comparison, ResourceDiff, SyncStatus
from shared.domain.health.application_health import application_health
from shared.domain.health.health import Health
from shared.domain.manifests.image_references import images_of
from shared.domain.manifests.manifest import Manifest, metadata_of
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.plan.waves import wave_of
from shared.domain.record.application_status import ApplicationStatus, ResourceStatus


def observed(
    status: ApplicationStatus,
    comparison: Comparison,
    health: Mapping[ResourceKey, Health | None],
    applied: Collection[ResourceKey],
    itself: ResourceKey | None = None,
) -> ApplicationStatus:
    """Return the status with what was seen.

    `applied` are the objects that we have written or are about to write: with those that were tracked
    before and still exist they are what a later sync may prune. `itself` is the key of the application,
    which may be one of its own objects: its health does not hang on itself.
    """
    before = {resource.key for resource in status.resources if resource.tracked}
    resources = tuple(
        _resource(diff, health.get(diff.key), tracked=diff.key in before or diff.key in applied)
        for diff in comparison.resources
    )
    live = {diff.key: diff.live for diff in comparison.resources}
    return replace(
        status,
        sync=comparison.status,
        health=application_health(live.items(), healths=health, itself=itself),
        revisions=comparison.revisions,
        resources=resources,
        images=_images(comparison),
    )


def _resource(diff: ResourceDiff, health: Health | None, *, tracked: bool) -> ResourceStatus:
    shown: Manifest = diff.desired if diff.desired is not None else diff.live or {}
    return ResourceStatus(
        key=diff.key,
        version=str(shown.get("apiVersion") or "").rpartition("/")[2],
        status=diff.status,
        health=health,
        hosted=diff.hosted,
        tracked=tracked,
        requires_pruning=diff.desired is None,
        wave=wave_of(shown),
        uid=str(metadata_of(diff.live or {}).get("uid") or ""),
    )


def _images(comparison: Comparison) -> tuple[str, ...]:
    found = {image for diff in comparison.resources if diff.desired for image in images_of(diff.desired)}
    return tuple(sorted(found))


def unknown(status: ApplicationStatus) -> ApplicationStatus:
    """The status after a failed look: nothing is known of the state, what was seen before stays."""
    return replace(status, sync=SyncStatus.UNKNOWN)
