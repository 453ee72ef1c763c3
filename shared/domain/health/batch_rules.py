"""Health of Jobs and CronJobs.

Source: Argo CD gitops-engine/pkg/health/health_job.go and resource_customizations/batch/CronJob/health.lua.
"""

from __future__ import annotations

from typing import Any

from shared.domain.health.fields import conditions, part, text
from shared.domain.health.health import Health, HealthStatus
from shared.domain.manifests.manifest import Manifest


def job(manifest: Manifest) -> Health:
    """By the conditions; as in Argo CD, Failed and Complete count whatever their status says."""
    suspended, done, failure, message = False, False, None, ""
    for found in conditions(manifest):
        match found.get("type"):
            case "Failed":
                done, failure = True, text(found, "message")
            case "Complete":
                done, message = True, text(found, "message")
            case "Suspended":
                done, message = True, text(found, "message")
                suspended = suspended or found.get("status") == "True"
    if not done:
        return Health(HealthStatus.PROGRESSING, message)
    if failure is not None:
        return Health(HealthStatus.DEGRADED, failure)
    return Health(HealthStatus.SUSPENDED if suspended else HealthStatus.HEALTHY, message)


def cron_job(manifest: Manifest) -> Health:
    """Healthy unless the last finished run is known to have failed; a suspended one counts as healthy."""
    if part(manifest, "spec").get("suspend") is True:
        return Health(HealthStatus.HEALTHY, "CronJob is Suspended")
    if not isinstance(manifest.get("status"), dict):
        return Health(HealthStatus.PROGRESSING, "Waiting for CronJob")
    return Health(*_last_run(part(manifest, "status")))


def _last_run(status: dict[str, Any]) -> tuple[HealthStatus, str]:
    scheduled, succeeded = text(status, "lastScheduleTime"), text(status, "lastSuccessfulTime")
    if not scheduled:
        return HealthStatus.HEALTHY, "CronJob has not been scheduled yet"
    if not succeeded:
        return HealthStatus.HEALTHY, "The CronJob never completed successfully. It may not be healthy"
    if status.get("active"):
        return HealthStatus.HEALTHY, "The job is running. Its last execution may not have been successful"
    if succeeded < scheduled:
        return HealthStatus.DEGRADED, "CronJob has not completed its last execution successfully"
    return HealthStatus.HEALTHY, "CronJob has completed its last execution successfully"
