"""Kinds that no Application deploys, whatever its manifests say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.domain.manifests.tracking import group_of

_GROUPS = frozenset({"events.k8s.io", "metrics.k8s.io"})
_REVIEWS = (
    "SelfSubjectReview",
    "TokenReview",
    "LocalSubjectAccessReview",
    "SelfSubjectAccessReview",
    "SelfSubjectRulesReview",
    "SubjectAccessReview",
)
_REPORTS = (
    "PolicyReport",
    "ClusterPolicyReport",
    "EphemeralReport",
    "ClusterEphemeralReport",
    "AdmissionReport",
    "ClusterAdmissionReport",
    "BackgroundScanReport",
    "ClusterBackgroundScanReport",
    "UpdateRequest",
)
_TABLE: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("",), ("Event",)),
    (("", "discovery.k8s.io"), ("Endpoints", "EndpointSlice")),
    (("coordination.k8s.io",), ("Lease",)),
    (("authentication.k8s.io", "authorization.k8s.io"), _REVIEWS),
    (("certificates.k8s.io",), ("CertificateSigningRequest",)),
    (("cert-manager.io",), ("CertificateRequest",)),
    (("cilium.io",), ("CiliumIdentity", "CiliumEndpoint", "CiliumEndpointSlice")),
    (("kyverno.io", "reports.kyverno.io", "wgpolicyk8s.io"), _REPORTS),
)
_KINDS = frozenset((group, kind) for groups, kinds in _TABLE for group in groups for kind in kinds)


def is_excluded(manifest: Mapping[str, Any]) -> bool:
    """Is this of a kind that is left out: made by controllers all day long, or never kept by the server?

    Source: Argo CD util/settings/resources_filter.go and manifests/base/config/argocd-cm.yaml.
    """
    return is_excluded_kind(group_of(manifest), str(manifest.get("kind") or ""))


def is_excluded_kind(group: str, kind: str) -> bool:
    """The same question for a kind, for instance one that a sweep would list."""
    return group in _GROUPS or (group, kind) in _KINDS
