"""Kinds that no Application deploys."""

from __future__ import annotations

import pytest

from shared.domain.manifests.default_exclusions import is_excluded, is_excluded_kind

CASES = [
    ("v1", "Event", True),
    ("events.k8s.io/v1", "Event", True),
    ("metrics.k8s.io/v1beta1", "PodMetrics", True),
    ("v1", "Endpoints", True),
    ("discovery.k8s.io/v1", "EndpointSlice", True),
    ("coordination.k8s.io/v1", "Lease", True),
    ("authorization.k8s.io/v1", "SubjectAccessReview", True),
    ("cert-manager.io/v1", "CertificateRequest", True),
    ("cert-manager.io/v1", "Certificate", False),
    ("kyverno.io/v1", "ClusterPolicy", False),
    ("cilium.io/v2", "CiliumNetworkPolicy", False),
    ("v1", "Service", False),
    ("example.com/v1", "Event", False),
]


@pytest.mark.parametrize(("api_version", "kind", "excluded"), CASES, ids=[f"{a} {k}" for a, k, _ in CASES])
def test_the_default_exclusions_of_argo_cd(api_version: str, kind: str, excluded: bool) -> None:
    assert is_excluded({"apiVersion": api_version, "kind": kind}) is excluded
    assert is_excluded_kind(api_version.rpartition("/")[0], kind) is excluded
