"""Each kind by its own rule, and going away before all of them."""

from __future__ import annotations

import pytest

from shared.domain.health.assessment import assess
from tests.domain.health.live_objects import live, said

GONE = "2026-11-22T10:00:00Z"


@pytest.mark.parametrize(
    ("api_version", "kind", "health"),
    [
        ("apps/v1", "Deployment", "Healthy"),
        ("apps/v1", "StatefulSet", "Progressing: Waiting for statefulset spec update to be observed..."),
        ("apps/v1", "DaemonSet", "Healthy"),
        ("apps/v1", "ReplicaSet", "Healthy"),
        ("v1", "Pod", "Unknown"),
        ("v1", "Service", "Healthy"),
        ("v1", "PersistentVolumeClaim", "Unknown"),
        ("batch/v1", "Job", "Progressing"),
        ("batch/v1", "CronJob", "Progressing: Waiting for CronJob"),
        ("networking.k8s.io/v1", "Ingress", "Progressing"),
        ("extensions/v1beta1", "Ingress", "Progressing"),
        ("autoscaling/v2", "HorizontalPodAutoscaler", "Progressing: Waiting to Autoscale"),
        ("apiregistration.k8s.io/v1", "APIService", "Progressing: Waiting to be processed"),
        ("apiextensions.k8s.io/v1", "CustomResourceDefinition", "Progressing: Status conditions not found"),
        ("argoproj.io/v1alpha1", "Workflow", "Progressing"),
        ("argoproj.io/v1alpha1", "Application", "Progressing"),
        ("v1", "ConfigMap", "none"),
        ("serving.knative.dev/v1", "Service", "none"),
    ],
)
def test_a_new_object_is_judged_by_the_rule_of_its_kind(api_version: str, kind: str, health: str) -> None:
    assert said(assess(live(api_version, kind))) == health


def test_what_is_going_away_is_progressing_even_without_a_rule() -> None:
    assert said(assess(live("v1", "ConfigMap", deletionTimestamp=GONE))) == "Progressing: Pending deletion"


def test_a_hook_that_only_waits_for_our_finalizer_keeps_its_own_health() -> None:
    finalizers = ["argocd.argoproj.io/hook-finalizer"]
    hook = live("v1", "Service", deletionTimestamp=GONE, finalizers=finalizers)
    assert said(assess(hook)) == "Healthy"
