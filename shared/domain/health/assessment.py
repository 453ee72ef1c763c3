"""Which health rule is for which kind."""

from __future__ import annotations

from collections.abc import Callable

from shared.domain.health import (
    argo_rules,
    autoscaling_rules,
    batch_rules,
    extension_rules,
    network_rules,
    pod_rules,
    secret_rules,
    workload_rules,
)
from shared.domain.health.health import Health, HealthStatus
from shared.domain.manifests.manifest import Manifest, metadata_of
from shared.domain.manifests.tracking import group_of

HOOK_FINALIZER = "argocd.argoproj.io/hook-finalizer"

_RULES: dict[tuple[str, str], Callable[[Manifest], Health]] = {
    ("", "PersistentVolumeClaim"): network_rules.volume_claim,
    ("", "Pod"): pod_rules.pod,
    ("", "Service"): network_rules.service,
    ("apiextensions.k8s.io", "CustomResourceDefinition"): extension_rules.definition,
    ("apiregistration.k8s.io", "APIService"): extension_rules.api_service,
    ("apps", "DaemonSet"): workload_rules.daemon_set,
    ("apps", "Deployment"): workload_rules.deployment,
    ("apps", "ReplicaSet"): workload_rules.replica_set,
    ("apps", "StatefulSet"): workload_rules.stateful_set,
    ("argoproj.io", "Application"): argo_rules.application,
    ("argoproj.io", "ApplicationSet"): argo_rules.application_set,
    ("argoproj.io", "Workflow"): argo_rules.workflow,
    ("autoscaling", "HorizontalPodAutoscaler"): autoscaling_rules.autoscaler,
    ("batch", "CronJob"): batch_rules.cron_job,
    ("batch", "Job"): batch_rules.job,
    ("extensions", "Ingress"): network_rules.ingress,
    ("external-secrets.io", "ClusterSecretStore"): secret_rules.ready,
    ("external-secrets.io", "ExternalSecret"): secret_rules.ready,
    ("external-secrets.io", "SecretStore"): secret_rules.ready,
    ("networking.k8s.io", "Ingress"): network_rules.ingress,
}


def assess(manifest: Manifest) -> Health | None:
    """Return the health of a live object; None = its kind has no health.

    An object that is going away is Progressing, whatever it is, unless it only waits for our hook finalizer.

    Source: Argo CD gitops-engine/pkg/health/health.go (GetResourceHealth).
    """
    metadata = metadata_of(manifest)
    if metadata.get("deletionTimestamp") and HOOK_FINALIZER not in (metadata.get("finalizers") or ()):
        return Health(HealthStatus.PROGRESSING, "Pending deletion")
    rule = _RULES.get((group_of(manifest), str(manifest.get("kind") or "")))
    return rule(manifest) if rule else None
