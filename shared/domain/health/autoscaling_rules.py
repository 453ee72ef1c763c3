"""Health of HorizontalPodAutoscalers.

Source: Argo CD gitops-engine/pkg/health/health_hpa.go.
"""

from __future__ import annotations

import json
from typing import Any

from shared.domain.health.fields import conditions, text
from shared.domain.health.health import Health, HealthStatus
from shared.domain.manifests.manifest import Manifest, annotations_of

_CONDITIONS = "autoscaling.alpha.kubernetes.io/conditions"
_WAITING = Health(HealthStatus.PROGRESSING, "Waiting to Autoscale")
_BROKEN = {
    ("AbleToScale", "FailedGetScale"),
    ("AbleToScale", "FailedUpdateScale"),
    ("ScalingActive", "FailedGetResourceMetric"),
    ("ScalingActive", "FailedGetObjectMetric"),
    ("ScalingActive", "FailedGetPodsMetric"),
    ("ScalingActive", "FailedGetExternalMetric"),
    ("ScalingActive", "FailedComputeMetricsReplicas"),
    ("ScalingActive", "InvalidSelector"),
}


def autoscaler(manifest: Manifest) -> Health:
    """By the conditions: of autoscaling/v1 in an annotation, of v2 in status; other versions are Unknown."""
    match manifest.get("apiVersion"):
        case "autoscaling/v2":
            found = list(conditions(manifest))
        case "autoscaling/v1":
            try:
                found = _noted(annotations_of(manifest).get(_CONDITIONS))
            except ValueError as error:
                message = f"failed to convert conditions annotation to typed: {error}"
                return Health(HealthStatus.UNKNOWN, message)
        case version:
            return Health(HealthStatus.UNKNOWN, f"unsupported HPA version: {version}")
    for each in found:
        if (each.get("type"), each.get("reason")) in _BROKEN:
            return Health(HealthStatus.DEGRADED, text(each, "message"))
    for each in found:
        if each.get("type") in ("AbleToScale", "ScalingLimited") and each.get("status") == "True":
            return Health(HealthStatus.HEALTHY, text(each, "message"))
    return _WAITING


def _noted(annotation: object) -> list[dict[str, Any]]:
    noted = json.loads(annotation) if isinstance(annotation, str) else []
    return [each for each in noted if isinstance(each, dict)] if isinstance(noted, list) else []
