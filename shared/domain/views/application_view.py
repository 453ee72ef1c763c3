"""An Application with its status, in the JSON that Argo CD's clients read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from shared.domain.health.health import Health
from shared.domain.manifests.manifest import Manifest
from shared.domain.operate.operation import Operation
from shared.domain.record.application_status import (
    ApplicationStatus,
    Condition,
    HistoryEntry,
    ResourceStatus,
    SyncRequest,
)
from shared.domain.views.standing import standing
from shared.domain.views.waterfall import stages

Json = dict[str, Any]


def application_view(
    manifest: Manifest,
    status: ApplicationStatus,
    history: Sequence[HistoryEntry],
    created_at: str,
    version: str,
    *,
    now: datetime | None = None,
) -> Json:
    """The user's document with `status`, and `operation` while one is asked for but not begun.

    What Argo CD has no field for lies under `status.tidegate`: the pin, the pause, the clock of the change
    with its stages, and with `now` how far all of it can be believed.
    Source: Argo CD pkg/apis/application/v1alpha1/types.go.
    """
    metadata = {
        **manifest["metadata"],
        "creationTimestamp": _time(datetime.fromisoformat(created_at)),
        "resourceVersion": version,
    }
    if status.deletion is not None:
        metadata["deletionTimestamp"] = _time(status.deletion.requested_at)
    view: Json = {
        "metadata": metadata,
        "spec": manifest["spec"],
        "status": _status(manifest, status, history),
    }
    if now is not None:
        view["status"]["tidegate"] |= standing(status, now)
    if status.requested is not None:
        view["operation"] = _requested(status.requested)
    return view


def _status(manifest: Manifest, status: ApplicationStatus, history: Sequence[HistoryEntry]) -> Json:
    several = len(status.revisions) > 1
    compared = _revisions(status.revisions, several=several)
    view: Json = {
        "sync": {"status": status.sync.value, **compared, "comparedTo": _compared_to(manifest)},
        "health": _health(status.health),
        "resources": [_resource(found) for found in status.resources],
        "history": [_history(entry) for entry in history],
        "conditions": [_condition(found) for found in status.conditions],
        "summary": {"images": list(status.images)},
        "reconciledAt": _time(status.reconciled_at),
        "sourceTypes" if several else "sourceType": list(status.source_types)
        if several
        else next(iter(status.source_types), ""),
        "tidegate": _own(status),
    }
    if status.operation is not None:
        view["operationState"] = _operation(status.operation)
    return view


def _own(status: ApplicationStatus) -> Json:
    own: Json = {
        "clock": status.clock.durations(),
        "trace": status.clock.trace,
        "stages": stages(status.clock),
        "paused": bool(status.paused_at),
    }
    if status.pin is not None:
        own["pin"] = {
            "historyId": status.pin.history_id,
            "revisions": list(status.pin.revisions),
            "rejected": list(status.pin.rejected),
            "by": status.pin.by,
            "at": _time(status.pin.at),
        }
    return own


def _compared_to(manifest: Manifest) -> Json:
    spec = manifest["spec"]
    return {name: spec[name] for name in ("source", "sources", "destination") if name in spec}


def _revisions(revisions: Sequence[str], *, several: bool) -> Json:
    return {"revisions": list(revisions)} if several else {"revision": next(iter(revisions), "")}


def _health(health: Health) -> Json:
    return {"status": health.status.value, **({"message": health.message} if health.message else {})}


def _resource(found: ResourceStatus) -> Json:
    view = _named(found.key.group, found.version, found.key.kind, found.key.namespace, found.key.name)
    view["status"] = found.status.value
    if found.health is not None:
        view["health"] = _health(found.health)
    if found.requires_pruning:
        view["requiresPruning"] = True
    if found.wave:
        view["syncWave"] = found.wave
    return view


def _named(group: str, version: str, kind: str, namespace: str, name: str) -> Json:
    """Empty group and namespace are left out, as Argo CD leaves them out."""
    view = {"group": group, "version": version, "kind": kind, "namespace": namespace, "name": name}
    return {field: value for field, value in view.items() if value}


def _history(entry: HistoryEntry) -> Json:
    several = len(entry.revisions) > 1
    sources: Json = {"sources": list(entry.sources)} if several else {"source": next(iter(entry.sources), {})}
    return {
        "id": entry.id,
        **_revisions(entry.revisions, several=several),
        **sources,
        "deployedAt": _time(entry.deployed_at),
        "deployStartedAt": _time(entry.started_at),
        "initiatedBy": _initiated(entry.initiator.username, automated=entry.initiator.automated),
    }


def _initiated(username: str, *, automated: bool) -> Json:
    return {"automated": True} if automated else {"username": username}


def _operation(operation: Operation) -> Json:
    several = len(operation.revisions) > 1
    revisions = _revisions(operation.revisions, several=several)
    initiated = _initiated(operation.initiator.username, automated=operation.initiator.automated)
    view: Json = {
        "operation": {"sync": {**revisions, "dryRun": operation.dry_run}, "initiatedBy": initiated},
        "phase": operation.phase.value,
        "message": operation.message,
        "startedAt": _time(operation.started_at),
        "retryCount": operation.retry_count,
        "syncResult": {
            **revisions,
            "resources": [
                {
                    **_named(found.key.group, "", found.key.kind, found.key.namespace, found.key.name),
                    "status": found.status.value,
                    "message": found.message,
                    "syncPhase": "Sync",
                }
                for found in operation.results
            ],
        },
    }
    if operation.finished_at is not None:
        view["finishedAt"] = _time(operation.finished_at)
    return view


def _requested(request: SyncRequest) -> Json:
    several = len(request.revisions) > 1
    sync = {
        **_revisions(request.revisions, several=several),
        "prune": request.prune,
        "dryRun": request.dry_run,
    }
    return {"sync": sync, "initiatedBy": _initiated(request.initiator.username, automated=False)}


def _condition(found: Condition) -> Json:
    return {"type": found.type, "message": found.message, "lastTransitionTime": _time(found.at)}


def _time(moment: datetime | None) -> str | None:
    """RFC 3339 in UTC with whole seconds, as metav1.Time."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None
