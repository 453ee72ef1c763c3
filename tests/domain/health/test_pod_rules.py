"""Pods."""

from __future__ import annotations

from typing import Any

import pytest

from shared.domain.health.pod_rules import pod
from tests.domain.health.live_objects import live, said

IGNORING = {"argocd.argoproj.io/ignore-restart-policy": "true"}


def of_pod(
    phase: str, policy: str = "Always", annotations: dict[str, str] | None = None, **status: Any
) -> str:
    return said(
        pod(
            live(
                "v1",
                "Pod",
                spec={"restartPolicy": policy},
                status={"phase": phase, **status},
                annotations=annotations or {},
            )
        )
    )


def waiting(reason: str, message: str = "why") -> dict[str, Any]:
    return {"name": "web", "state": {"waiting": {"reason": reason, "message": message}}}


def ended(**how: Any) -> dict[str, Any]:
    return {"name": "web", "state": {"terminated": how}}


@pytest.mark.parametrize(
    "reason", ["ErrImagePull", "ImagePullBackOff", "CrashLoopBackOff", "RunContainerError"]
)
def test_a_long_running_pod_that_waits_for_a_mistake_is_degraded(reason: str) -> None:
    assert (
        of_pod("Pending", containerStatuses=[waiting(reason), waiting(reason, "too")]) == "Degraded: why, too"
    )


def test_waiting_for_something_ordinary_is_no_mistake() -> None:
    assert of_pod("Pending", containerStatuses=[waiting("ContainerCreating")]) == "Progressing"


def test_a_finite_pod_is_not_given_up_while_it_waits() -> None:
    statuses = [waiting("ImagePullBackOff")]
    assert of_pod("Pending", "Never", containerStatuses=statuses) == "Progressing"
    assert of_pod("Pending", "Never", IGNORING, containerStatuses=statuses) == "Degraded: why"


def test_the_phase_decides_otherwise() -> None:
    assert of_pod("Pending", message="no node") == "Progressing: no node"
    assert of_pod("Succeeded", "Never") == "Healthy"
    assert of_pod("Lost") == "Unknown"


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"message": "boom", "exitCode": 1}, "boom"),
        ({"reason": "OOMKilled", "exitCode": 137}, "OOMKilled"),
        ({"reason": "Error", "exitCode": 3}, 'container "web" failed with exit code 3'),
    ],
)
def test_a_failed_pod_says_how_its_container_ended(how: dict[str, Any], message: str) -> None:
    fine = ended(exitCode=0)
    assert of_pod("Failed", "Never", containerStatuses=[fine, ended(**how)]) == f"Degraded: {message}"
    assert of_pod("Failed", "Never", initContainerStatuses=[ended(**how)]) == f"Degraded: {message}"
    assert (
        of_pod("Failed", "Never", containerStatuses=[ended(**how)], message="Evicted") == "Degraded: Evicted"
    )


def test_a_running_pod_is_healthy_when_ready_and_degraded_when_it_crashed_before() -> None:
    ready = [{"type": "Ready", "status": "True"}]
    crashed = [{"name": "web", "lastState": {"terminated": {"exitCode": 1}}}]
    assert of_pod("Running", conditions=ready, containerStatuses=crashed) == "Healthy"
    assert of_pod("Running", containerStatuses=crashed) == "Degraded"
    assert of_pod("Running", containerStatuses=[{"name": "web"}]) == "Progressing"


def test_a_running_finite_pod_is_progressing_though_ready() -> None:
    ready = [{"type": "Ready", "status": "True"}]
    assert of_pod("Running", "OnFailure", conditions=ready) == "Progressing"
    assert of_pod("Running", "OnFailure", IGNORING, conditions=ready) == "Healthy"
    hook = {**IGNORING, "argocd.argoproj.io/hook": "PreSync"}
    assert of_pod("Running", "OnFailure", hook, conditions=ready) == "Progressing"
