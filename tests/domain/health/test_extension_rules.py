"""APIServices and CustomResourceDefinitions."""

from __future__ import annotations

import pytest

from shared.domain.health.extension_rules import api_service, definition
from tests.domain.health.live_objects import conditions, live, said

ESTABLISHED = ("Established", "True", "InitialNamesAccepted", "ok")


def of_service(*rows: tuple[str, str, str, str]) -> str:
    return said(api_service(live("apiregistration.k8s.io/v1", "APIService", status=conditions(*rows))))


def of_definition(*rows: tuple[str, str, str, str]) -> str:
    return said(
        definition(live("apiextensions.k8s.io/v1", "CustomResourceDefinition", status=conditions(*rows)))
    )


def test_an_api_service_is_healthy_once_available() -> None:
    assert of_service() == "Progressing: Waiting to be processed"
    assert of_service(("Available", "True", "Passed", "all good")) == "Healthy: Passed: all good"
    assert of_service(("Available", "False", "NoEndpoints", "none")) == "Progressing: NoEndpoints: none"


@pytest.mark.parametrize(
    ("row", "health"),
    [
        (("Terminating", "True", "", "bye"), "Progressing: CRD is terminating: bye"),
        (("NamesAccepted", "False", "", "taken"), "Degraded: CRD names have not been accepted: taken"),
        (("NonStructuralSchema", "True", "", "bad"), "Degraded: Schema violations found: bad"),
        (("NamesAccepted", "True", "", "ok"), "Healthy: CRD is healthy"),
    ],
)
def test_a_definition_is_healthy_but_for(row: tuple[str, str, str, str], health: str) -> None:
    assert of_definition(row, ESTABLISHED) == health


def test_a_definition_must_be_established() -> None:
    assert of_definition() == "Progressing: Status conditions not found"
    assert of_definition(("Established", "False", "Installing", "…")) == "Progressing: CRD is being installed"
    assert of_definition(("Established", "False", "NotAccepted", "…")) == "Degraded: CRD is not established"
