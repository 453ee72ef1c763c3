"""Rules of metadata over an object's life: birth, what updates may not touch, generations, the end."""

from __future__ import annotations

from typing import Any

from sandbox.cluster.kinds import Kind
from sandbox.cluster.request import Target
from shared.ports.clock import Clock

_Json = dict[str, Any]
_SERVER_OWNED = ("uid", "creationTimestamp", "generation", "deletionTimestamp", "deletionGracePeriodSeconds")
_ANNOTATIONS_COUNT = frozenset({"deployments.apps"})


class Timestamps:
    """The cluster's clock in the text form of metav1.Time."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def text(self) -> str:
        return self.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")


def started(kind: Kind, body: _Json, *, uid: str, now: str) -> None:
    """Give a new object its identity; what only the server may say is dropped, status with it."""
    metadata = body.setdefault("metadata", {})
    for field in (*_SERVER_OWNED, "resourceVersion", "selfLink"):
        metadata.pop(field, None)
    if not kind.namespaced:
        metadata.pop("namespace", None)
    metadata.update(uid=uid, creationTimestamp=now)
    if kind.counts_generation:
        metadata["generation"] = 1
    if kind.status:
        body.pop("status", None)


def carry_over(target: Target, body: _Json, live: _Json) -> None:
    """Undo in `body` what this request may not change: server-owned metadata, spec or status."""
    metadata, before = body.setdefault("metadata", {}), live["metadata"]
    for field in (*_SERVER_OWNED, "resourceVersion", "name", "namespace"):
        metadata.pop(field, None)
        if field in before:
            metadata[field] = before[field]
    if not metadata.get("managedFields") and "managedFields" in before:
        metadata["managedFields"] = before["managedFields"]
    if target.kind.resource == "namespaces" and target.subresource != "finalize":
        body["spec"] = live.get("spec") or {}
    if target.subresource == "status":
        _keep_all_but_status(body, live)
    elif target.kind.status:
        body.pop("status", None)
        if "status" in live:
            body["status"] = live["status"]


def _keep_all_but_status(body: _Json, live: _Json) -> None:
    for field in list(body):
        if field not in ("status", "metadata", "apiVersion", "kind"):
            del body[field]
    body.update({k: v for k, v in live.items() if k not in ("status", "metadata", "apiVersion", "kind")})


def next_generation(kind: Kind, body: _Json, live: _Json) -> None:
    """Count a change of the desired state."""
    if not kind.counts_generation:
        return
    changed = _desired(kind, body) != _desired(kind, live)
    body["metadata"]["generation"] = int(live["metadata"].get("generation") or 0) + changed


def _desired(kind: Kind, body: _Json) -> _Json:
    if kind.model and "spec" in body:
        desired = {"spec": body["spec"]}
        if kind.resource in _ANNOTATIONS_COUNT:
            desired["annotations"] = body["metadata"].get("annotations") or {}
        return desired
    left_out = {"metadata", "apiVersion", "kind", *(["status"] if kind.status else [])}
    return {field: value for field, value in body.items() if field not in left_out}


def same(body: _Json, live: _Json) -> bool:
    """Nothing changed but the times in managedFields: the write is dropped, resourceVersion stays."""
    return _timeless(body) == _timeless(live)


def _timeless(body: _Json) -> _Json:
    metadata = {k: v for k, v in body["metadata"].items() if k != "resourceVersion"}
    metadata["managedFields"] = [
        {k: v for k, v in entry.items() if k != "time"} for entry in metadata.get("managedFields") or ()
    ]
    return {**body, "metadata": metadata, "apiVersion": ""}


def finished(body: _Json) -> bool:
    """Marked for deletion and nobody holds it back any more."""
    metadata = body["metadata"]
    if not metadata.get("deletionTimestamp") or metadata.get("finalizers"):
        return False
    return body.get("kind") != "Namespace" or not (body.get("spec") or {}).get("finalizers")
