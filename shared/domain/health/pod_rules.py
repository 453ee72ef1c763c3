"""Health of Pods.

Source: Argo CD gitops-engine/pkg/health/health_pod.go; rules and messages as there.
"""

from __future__ import annotations

from typing import Any

from shared.domain.health.fields import condition, number, part, parts, text
from shared.domain.health.health import Health, HealthStatus
from shared.domain.manifests.hooks import is_hook
from shared.domain.manifests.manifest import Manifest, annotations_of

IGNORE_RESTART_POLICY = "argocd.argoproj.io/ignore-restart-policy"


def pod(manifest: Manifest) -> Health:
    """First what keeps a long-running pod waiting, then its phase."""
    status = part(manifest, "status")
    message, lasting = text(status, "message"), _is_lasting(manifest)
    if lasting and (stuck := _stuck_messages(status)) is not None:
        return Health(HealthStatus.DEGRADED, stuck)
    match status.get("phase"):
        case "Pending":
            return Health(HealthStatus.PROGRESSING, message)
        case "Succeeded":
            return Health(HealthStatus.HEALTHY, message)
        case "Failed":
            return Health(HealthStatus.DEGRADED, message or _failure(status))
        case "Running":
            return _running(manifest, message, lasting)
    return Health(HealthStatus.UNKNOWN, message)


def _is_lasting(manifest: Manifest) -> bool:
    """Whether the pod is meant to run on and on: a finite one may be a hook, and must not fail too early."""
    if part(manifest, "spec").get("restartPolicy") == "Always":
        return True
    return annotations_of(manifest).get(IGNORE_RESTART_POLICY) == "true" and not is_hook(manifest)


def _stuck_messages(status: dict[str, Any]) -> str | None:
    waits = [part(container, "state", "waiting") for container in parts(status, "containerStatuses")]
    stuck = [text(waiting, "message") for waiting in waits if _is_error(text(waiting, "reason"))]
    return ", ".join(stuck) if stuck else None


def _is_error(reason: str) -> bool:
    return reason.startswith("Err") or reason.endswith(("Error", "BackOff"))


def _failure(status: dict[str, Any]) -> str:
    containers = parts(status, "initContainerStatuses") + parts(status, "containerStatuses")
    return next((why for why in map(_why_it_ended, containers) if why), "")


def _why_it_ended(container: dict[str, Any]) -> str:
    ended = part(container, "state", "terminated")
    if text(ended, "message"):
        return text(ended, "message")
    if ended.get("reason") == "OOMKilled":
        return "OOMKilled"
    code = number(ended, "exitCode")
    return f'container "{text(container, "name")}" failed with exit code {code}' if code else ""


def _running(manifest: Manifest, message: str, lasting: bool) -> Health:
    if not lasting:
        known = part(manifest, "spec").get("restartPolicy") in ("OnFailure", "Never")
        return Health(HealthStatus.PROGRESSING if known else HealthStatus.UNKNOWN, message)
    ready = condition(manifest, "Ready")
    if ready and ready.get("status") == "True":
        return Health(HealthStatus.HEALTHY, message)
    containers = parts(part(manifest, "status"), "containerStatuses")
    crashed = any(isinstance(part(c, "lastState").get("terminated"), dict) for c in containers)
    return Health(HealthStatus.DEGRADED if crashed else HealthStatus.PROGRESSING, message)
