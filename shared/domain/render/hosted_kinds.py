"""Kinds that Tidegate takes itself, whatever CRDs a cluster has."""

from __future__ import annotations

_ARGO_KINDS = frozenset({"Application", "ApplicationSet", "AppProject"})
_SECRETS_GROUP = "external-secrets.io"


def is_hosted_kind(group: str, kind: str) -> bool:
    """Is this an Application, ApplicationSet, AppProject, or any kind of external-secrets.io?"""
    return (group == "argoproj.io" and kind in _ARGO_KINDS) or group == _SECRETS_GROUP


def hosted_scope(group: str, kind: str) -> bool:
    """Is a hosted kind namespaced? In external-secrets.io all but the `Cluster…` kinds are."""
    return not (group == _SECRETS_GROUP and kind.startswith("Cluster"))
