"""Health of Services, Ingresses and PersistentVolumeClaims.

Source: Argo CD gitops-engine/pkg/health/health_{service,ingress,pvc}.go.
"""

from __future__ import annotations

from shared.domain.health.fields import part
from shared.domain.health.health import Health, HealthStatus
from shared.domain.manifests.manifest import Manifest

_CLAIM_PHASES = {
    "Lost": HealthStatus.DEGRADED,
    "Pending": HealthStatus.PROGRESSING,
    "Bound": HealthStatus.HEALTHY,
}


def service(manifest: Manifest) -> Health:
    """Healthy, but for a LoadBalancer that has no address yet."""
    if part(manifest, "spec").get("type") != "LoadBalancer":
        return Health(HealthStatus.HEALTHY)
    return ingress(manifest)


def ingress(manifest: Manifest) -> Health:
    """Healthy once it has an address."""
    addresses = part(manifest, "status", "loadBalancer").get("ingress")
    has_address = isinstance(addresses, list) and bool(addresses)
    return Health(HealthStatus.HEALTHY if has_address else HealthStatus.PROGRESSING)


def volume_claim(manifest: Manifest) -> Health:
    """By its phase."""
    phase = part(manifest, "status").get("phase")
    return Health(_CLAIM_PHASES.get(str(phase), HealthStatus.UNKNOWN))
