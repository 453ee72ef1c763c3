"""Health of ExternalSecrets and their stores.

Source: Argo CD resource_customizations/external-secrets.io/{ExternalSecret,SecretStore}/health.lua.
"""

from __future__ import annotations

from shared.domain.health.fields import condition, text
from shared.domain.health.health import Health, HealthStatus
from shared.domain.manifests.manifest import Manifest


def ready(manifest: Manifest) -> Health:
    """By the condition Ready: its message is the reason."""
    found = condition(manifest, "Ready")
    if found is None:
        return Health(HealthStatus.PROGRESSING, "Waiting for ExternalSecret")
    if found.get("status") == "True":
        return Health(HealthStatus.HEALTHY, text(found, "message"))
    return Health(HealthStatus.DEGRADED, text(found, "message"))
