"""Health of what extends the API: APIServices and CustomResourceDefinitions.

Source: Argo CD gitops-engine/pkg/health/health_apiservice.go and
resource_customizations/apiextensions.k8s.io/CustomResourceDefinition/health.lua.
"""

from __future__ import annotations

from typing import Any

from shared.domain.health.fields import condition, conditions, text
from shared.domain.health.health import Health, HealthStatus
from shared.domain.manifests.manifest import Manifest


def api_service(manifest: Manifest) -> Health:
    """Healthy once it is available."""
    available = condition(manifest, "Available")
    if available is None:
        return Health(HealthStatus.PROGRESSING, "Waiting to be processed")
    status = HealthStatus.HEALTHY if available.get("status") == "True" else HealthStatus.PROGRESSING
    return Health(status, f"{text(available, 'reason')}: {text(available, 'message')}")


def definition(manifest: Manifest) -> Health:
    """Healthy once its names are accepted, its schema is sound and it is established."""
    found = list(conditions(manifest))
    if not found:
        return Health(HealthStatus.PROGRESSING, "Status conditions not found")
    for each in found:
        if (health := _by_condition(each)) is not None:
            return health
    if not any(each.get("type") == "Established" and each.get("status") == "True" for each in found):
        return Health(HealthStatus.DEGRADED, "CRD is not established")
    return Health(HealthStatus.HEALTHY, "CRD is healthy")


def _by_condition(each: dict[str, Any]) -> Health | None:
    message = text(each, "message")
    match each.get("type"), each.get("status"):
        case "Terminating", "True":
            return Health(HealthStatus.PROGRESSING, f"CRD is terminating: {message}")
        case "NamesAccepted", "False":
            return Health(HealthStatus.DEGRADED, f"CRD names have not been accepted: {message}")
        case "NonStructuralSchema", "True":
            return Health(HealthStatus.DEGRADED, f"Schema violations found: {message}")
        case "Established", status if status != "True" and each.get("reason") == "Installing":
            return Health(HealthStatus.PROGRESSING, "CRD is being installed")
    return None
