"""Services, Ingresses, PersistentVolumeClaims."""

from __future__ import annotations

import pytest

from shared.domain.health.network_rules import ingress, service, volume_claim
from tests.domain.health.live_objects import live, said

ADDRESS = {"loadBalancer": {"ingress": [{"ip": "10.0.0.1"}]}}


def test_a_service_is_healthy_but_for_a_load_balancer_without_address() -> None:
    balanced = {"type": "LoadBalancer"}
    assert said(service(live("v1", "Service", spec={"type": "ClusterIP"}))) == "Healthy"
    assert said(service(live("v1", "Service", spec=balanced, status={"loadBalancer": {}}))) == "Progressing"
    assert said(service(live("v1", "Service", spec=balanced, status=ADDRESS))) == "Healthy"


def test_an_ingress_is_healthy_once_it_has_an_address() -> None:
    assert said(ingress(live("networking.k8s.io/v1", "Ingress", status=ADDRESS))) == "Healthy"
    assert said(ingress(live("networking.k8s.io/v1", "Ingress"))) == "Progressing"


@pytest.mark.parametrize(
    ("phase", "health"),
    [("Bound", "Healthy"), ("Pending", "Progressing"), ("Lost", "Degraded"), ("Odd", "Unknown")],
)
def test_a_claim_is_what_its_phase_says(phase: str, health: str) -> None:
    assert said(volume_claim(live("v1", "PersistentVolumeClaim", status={"phase": phase}))) == health


def test_a_claim_without_phase_is_unknown() -> None:
    assert said(volume_claim(live("v1", "PersistentVolumeClaim"))) == "Unknown"
