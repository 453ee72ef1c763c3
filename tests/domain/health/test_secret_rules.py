"""Health of ExternalSecrets and stores: by Ready, with its message."""

from __future__ import annotations

import pytest

from shared.domain.health.assessment import assess
from shared.domain.health.health import Health, HealthStatus


@pytest.mark.parametrize("kind", ["ExternalSecret", "SecretStore", "ClusterSecretStore"])
def test_ready_says_it_all(kind: str) -> None:
    def health(*conditions: dict[str, str]) -> Health | None:
        status = {"conditions": list(conditions)} if conditions else {}
        return assess({"apiVersion": "external-secrets.io/v1", "kind": kind, "status": status})

    assert health() == Health(HealthStatus.PROGRESSING, "Waiting for ExternalSecret")
    assert health({"type": "Ready", "status": "True", "message": "ok"}) == Health(HealthStatus.HEALTHY, "ok")
    assert health({"type": "Ready", "status": "False", "message": "no"}) == Health(
        HealthStatus.DEGRADED, "no"
    )
