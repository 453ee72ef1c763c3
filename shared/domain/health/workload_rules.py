"""Health of Deployments, StatefulSets, DaemonSets and ReplicaSets.

Source: Argo CD gitops-engine/pkg/health/health_{deployment,statefulset,daemonset,replicaset}.go; rules and
messages as there.
"""

from __future__ import annotations

from typing import Any

from shared.domain.health.fields import condition, has_number, number, part, text
from shared.domain.health.health import Health, HealthStatus
from shared.domain.manifests.manifest import Manifest, metadata_of

_WAITING = "Waiting for rollout to finish: "


def deployment(manifest: Manifest) -> Health:
    """Paused, then the progress deadline, then the counts of replicas."""
    spec, status = part(manifest, "spec"), part(manifest, "status")
    if spec.get("paused") is True:
        return Health(HealthStatus.SUSPENDED, "Deployment is paused")
    if _is_behind(manifest):
        return _progressing(_WAITING + "observed deployment generation less than desired generation")
    progress = condition(manifest, "Progressing")
    if progress and progress.get("reason") == "ProgressDeadlineExceeded":
        name = text(metadata_of(manifest), "name")
        return Health(HealthStatus.DEGRADED, f'Deployment "{name}" exceeded its progress deadline')
    return _rolled_out(spec, status)


def _rolled_out(spec: dict[str, Any], status: dict[str, Any]) -> Health:
    updated, available = number(status, "updatedReplicas"), number(status, "availableReplicas")
    wanted, existing = number(spec, "replicas"), number(status, "replicas")
    if has_number(spec, "replicas") and updated < wanted:
        return _progressing(f"{_WAITING}{updated} out of {wanted} new replicas have been updated...")
    if existing > updated:
        return _progressing(f"{_WAITING}{existing - updated} old replicas are pending termination...")
    if available < updated:
        return _progressing(f"{_WAITING}{available} of {updated} updated replicas are available...")
    return Health(HealthStatus.HEALTHY)


def stateful_set(manifest: Manifest) -> Health:
    """Observed, ready, then by the update strategy."""
    spec, status = part(manifest, "spec"), part(manifest, "status")
    if number(status, "observedGeneration") == 0 or _is_behind(manifest):
        return _progressing("Waiting for statefulset spec update to be observed...")
    ready, wanted = number(status, "readyReplicas"), number(spec, "replicas")
    if has_number(spec, "replicas") and ready < wanted:
        return _progressing(f"Waiting for {wanted - ready} pods to be ready...")
    strategy = part(spec, "updateStrategy")
    if strategy.get("type") == "RollingUpdate" and isinstance(strategy.get("rollingUpdate"), dict):
        return _partitioned(manifest)
    if strategy.get("type") == "OnDelete":
        return Health(HealthStatus.HEALTHY, f"statefulset has {ready} ready pods")
    current, update = text(status, "currentRevision"), text(status, "updateRevision")
    if update != current:
        pods = number(status, "updatedReplicas")
        return _progressing(
            f"waiting for statefulset rolling update to complete {pods} pods at revision {update}..."
        )
    pods = number(status, "currentReplicas")
    return Health(
        HealthStatus.HEALTHY, f"statefulset rolling update complete {pods} pods at revision {current}..."
    )


def daemon_set(manifest: Manifest) -> Health:
    """Observed, then the counts of nodes; OnDelete is healthy once observed."""
    status, name = part(manifest, "status"), text(metadata_of(manifest), "name")
    if _is_behind(manifest):
        return _progressing(_WAITING + "observed daemon set generation less than desired generation")
    wanted, updated = number(status, "desiredNumberScheduled"), number(status, "updatedNumberScheduled")
    if part(manifest, "spec", "updateStrategy").get("type") == "OnDelete":
        return Health(
            HealthStatus.HEALTHY, f"daemon set {updated} out of {wanted} new pods have been updated"
        )
    waiting = f'Waiting for daemon set "{name}" rollout to finish: '
    if updated < wanted:
        return _progressing(f"{waiting}{updated} out of {wanted} new pods have been updated...")
    available = number(status, "numberAvailable")
    if available < wanted:
        return _progressing(f"{waiting}{available} of {wanted} updated pods are available...")
    return Health(HealthStatus.HEALTHY)


def replica_set(manifest: Manifest) -> Health:
    """Observed, not failing, and enough replicas available."""
    if _is_behind(manifest):
        return _progressing(_WAITING + "observed replica set generation less than desired generation")
    failure = condition(manifest, "ReplicaFailure")
    if failure and failure.get("status") == "True":
        return Health(HealthStatus.DEGRADED, text(failure, "message"))
    spec, available = part(manifest, "spec"), number(part(manifest, "status"), "availableReplicas")
    wanted = number(spec, "replicas")
    if has_number(spec, "replicas") and available < wanted:
        return _progressing(f"{_WAITING}{available} out of {wanted} new replicas are available...")
    return Health(HealthStatus.HEALTHY)


def _partitioned(manifest: Manifest) -> Health:
    spec, status = part(manifest, "spec"), part(manifest, "status")
    rolling, updated = part(spec, "updateStrategy", "rollingUpdate"), number(status, "updatedReplicas")
    if has_number(spec, "replicas") and has_number(rolling, "partition"):
        wanted = number(spec, "replicas") - number(rolling, "partition")
        if updated < wanted:
            return _progressing(
                "Waiting for partitioned roll out to finish: "
                f"{updated} out of {wanted} new pods have been updated..."
            )
    return Health(
        HealthStatus.HEALTHY, f"partitioned roll out complete: {updated} new pods have been updated..."
    )


def _is_behind(manifest: Manifest) -> bool:
    """The controller has not looked at the newest spec yet."""
    generation = number(metadata_of(manifest), "generation")
    return generation > number(part(manifest, "status"), "observedGeneration")


def _progressing(message: str) -> Health:
    return Health(HealthStatus.PROGRESSING, message)
