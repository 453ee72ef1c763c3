"""Health of Argo Workflows, and of hosted Applications and ApplicationSets."""

from __future__ import annotations

from shared.domain.health.fields import conditions, part, text
from shared.domain.health.health import Health, HealthStatus
from shared.domain.manifests.manifest import Manifest

_STATUSES = {status.value: status for status in HealthStatus}
_PHASES = {
    "": HealthStatus.PROGRESSING,
    "Pending": HealthStatus.PROGRESSING,
    "Running": HealthStatus.PROGRESSING,
    "Succeeded": HealthStatus.HEALTHY,
    "Failed": HealthStatus.DEGRADED,
    "Error": HealthStatus.DEGRADED,
}
_SET_RULES = (
    ("ErrorOccurred", "True", HealthStatus.DEGRADED),
    ("ResourcesUpToDate", "False", HealthStatus.DEGRADED),
    ("RolloutProgressing", "True", HealthStatus.PROGRESSING),
    ("ResourcesUpToDate", "True", HealthStatus.HEALTHY),
)


def workflow(manifest: Manifest) -> Health:
    """By its phase. Source: Argo CD gitops-engine/pkg/health/health_argo.go."""
    status = part(manifest, "status")
    return Health(_PHASES.get(text(status, "phase"), HealthStatus.UNKNOWN), text(status, "message"))


def application(manifest: Manifest) -> Health:
    """What the child application says of itself; Progressing until it has said anything.

    Deliberate difference: Argo CD has no such rule by default; its documentation gives this one as Lua, for
    sync waves that span child applications (docs/operator-manual/health.md).
    """
    health = part(manifest, "status", "health")
    said = text(health, "status")
    if not said:
        return Health(HealthStatus.PROGRESSING)
    return Health(_STATUSES.get(said, HealthStatus.UNKNOWN), text(health, "message"))


def application_set(manifest: Manifest) -> Health:
    """By its conditions. Source: Argo CD resource_customizations/argoproj.io/ApplicationSet/health.lua."""
    found = list(conditions(manifest))
    for kind, status, health in _SET_RULES:
        for each in found:
            if each.get("type") == kind and each.get("status") == status:
                return Health(health, text(each, "message"))
    return Health(HealthStatus.PROGRESSING, "Waiting for the status to be reported")
