"""HorizontalPodAutoscalers of both versions."""

from __future__ import annotations

import json

from shared.domain.health.autoscaling_rules import autoscaler
from tests.domain.health.live_objects import conditions, live, said

WAITING = "Progressing: Waiting to Autoscale"


def of(version: str, *rows: tuple[str, str, str, str]) -> str:
    status = conditions(*rows)
    if version == "v2":
        return said(autoscaler(live("autoscaling/v2", "HorizontalPodAutoscaler", status=status)))
    note = {"autoscaling.alpha.kubernetes.io/conditions": json.dumps(status["conditions"])}
    return said(autoscaler(live("autoscaling/v1", "HorizontalPodAutoscaler", annotations=note)))


def test_a_metric_that_cannot_be_had_degrades_both_versions_alike() -> None:
    able = ("AbleToScale", "True", "SucceededGetScale", "fine")
    broken = ("ScalingActive", "False", "FailedGetResourceMetric", "no metrics")
    assert of("v2", able, broken) == of("v1", able, broken) == "Degraded: no metrics"


def test_able_or_limited_is_healthy() -> None:
    assert of("v2", ("AbleToScale", "True", "", "fine")) == "Healthy: fine"
    assert of("v1", ("ScalingLimited", "True", "", "too few")) == "Healthy: too few"


def test_anything_else_is_still_waiting() -> None:
    assert of("v2") == of("v1") == WAITING
    assert of("v2", ("AbleToScale", "False", "", "not yet")) == WAITING
    assert said(autoscaler(live("autoscaling/v1", "HorizontalPodAutoscaler"))) == WAITING


def test_what_cannot_be_read_is_unknown_and_says_so() -> None:
    note = {"autoscaling.alpha.kubernetes.io/conditions": "{"}
    broken = said(autoscaler(live("autoscaling/v1", "HorizontalPodAutoscaler", annotations=note)))
    assert broken.startswith("Unknown: failed to convert conditions annotation to typed")
    assert said(autoscaler(live("autoscaling/v2beta1", "HorizontalPodAutoscaler"))).startswith("Unknown")
