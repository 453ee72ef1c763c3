"""Workflows, and hosted Applications and ApplicationSets."""

from __future__ import annotations

from typing import Any

import pytest

from shared.domain.health.argo_rules import application, application_set, workflow
from tests.domain.health.live_objects import conditions, live, said


def of_workflow(**status: Any) -> str:
    return said(workflow(live("argoproj.io/v1alpha1", "Workflow", status=status)))


@pytest.mark.parametrize(
    ("phase", "health"),
    [
        ("", "Progressing"),
        ("Running", "Progressing"),
        ("Succeeded", "Healthy"),
        ("Error", "Degraded"),
        ("Odd", "Unknown"),
    ],
)
def test_a_workflow_is_what_its_phase_says(phase: str, health: str) -> None:
    assert of_workflow(phase=phase, message="why") == f"{health}: why"


def test_a_child_application_speaks_for_itself() -> None:
    def of(status: dict[str, Any] | None) -> str:
        return said(application(live("argoproj.io/v1alpha1", "Application", status=status)))

    assert of({"health": {"status": "Degraded", "message": "Deployment shop/web"}}) == (
        "Degraded: Deployment shop/web"
    )
    assert of(None) == of({"health": {}}) == "Progressing"
    assert of({"health": {"status": "Odd"}}) == "Unknown"


def test_a_set_is_degraded_by_an_error_before_it_is_anything_else() -> None:
    def of(*rows: tuple[str, str, str, str]) -> str:
        found = live("argoproj.io/v1alpha1", "ApplicationSet", status=conditions(*rows))
        return said(application_set(found))

    fresh = ("ResourcesUpToDate", "True", "", "all there")
    rolling = ("RolloutProgressing", "True", "", "step 1")
    assert of(fresh) == "Healthy: all there"
    assert of(fresh, rolling) == "Progressing: step 1"
    assert of(fresh, rolling, ("ErrorOccurred", "True", "", "no repo")) == "Degraded: no repo"
    assert of() == "Progressing: Waiting for the status to be reported"
