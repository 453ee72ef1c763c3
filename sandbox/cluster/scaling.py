"""The scale subresource: autoscaling/v1 Scale in front of spec.replicas."""

from __future__ import annotations

from typing import Any

from sandbox.cluster.selectors import as_text

_Json = dict[str, Any]


def scale_of(body: _Json) -> _Json:
    """Return the Scale of a workload."""
    metadata, spec, status = body["metadata"], body.get("spec") or {}, body.get("status") or {}
    kept = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {key: metadata[key] for key in kept if key in metadata},
        "spec": {"replicas": spec.get("replicas", 0)},
        "status": {"replicas": status.get("replicas", 0), "selector": as_text(spec.get("selector"))},
    }


def with_scale(body: _Json, scale: _Json) -> _Json:
    """Return the workload with the replicas, and the precondition, of an edited Scale."""
    metadata = {**body["metadata"]}
    if version := (scale.get("metadata") or {}).get("resourceVersion"):
        metadata["resourceVersion"] = version
    replicas = (scale.get("spec") or {}).get("replicas", 0)
    return {**body, "metadata": metadata, "spec": {**body["spec"], "replicas": replicas}}
