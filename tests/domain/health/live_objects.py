"""Small live objects for the health tests."""

from __future__ import annotations

from typing import Any

from shared.domain.health.health import Health
from shared.domain.manifests.manifest import Manifest


def live(
    api_version: str,
    kind: str,
    *,
    spec: dict[str, Any] | None = None,
    status: dict[str, Any] | None = None,
    **metadata: Any,
) -> Manifest:
    manifest: Manifest = {
        "apiVersion": api_version,
        "kind": kind,
        "metadata": {"name": "web", "namespace": "shop", **metadata},
        "spec": spec or {},
    }
    return manifest if status is None else {**manifest, "status": status}


def said(health: Health | None) -> str:
    """`Progressing: why`, or `none`."""
    if health is None:
        return "none"
    return f"{health.status.value}: {health.message}" if health.message else health.status.value


def conditions(*rows: tuple[str, str, str, str]) -> dict[str, Any]:
    """status.conditions from (type, status, reason, message)."""
    names = ("type", "status", "reason", "message")
    return {"conditions": [dict(zip(names, row, strict=True)) for row in rows]}
