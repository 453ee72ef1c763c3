"""Who uses a Secret, and the mark that makes it start again."""

from __future__ import annotations

from typing import Any

import pytest

from shared.domain.secrets.external_secret import ExternalSecret
from shared.domain.secrets.restart import asks_for_restart, restarted, uses_secret

SECRET = ExternalSecret("shop", "app", ("SecretStore", "vault"), "app-env", ())


def workload(**spec: Any) -> dict[str, Any]:
    metadata = {"name": "web", "namespace": "shop"}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata,
        "spec": {"template": {"spec": spec}},
    }


@pytest.mark.parametrize(
    "spec",
    [
        {
            "containers": [
                {},
                {"envFrom": [{"configMapRef": {"name": "x"}}, {"secretRef": {"name": "app-env"}}]},
            ]
        },
        {"containers": [{"env": [{"value": "x"}, {"valueFrom": {"secretKeyRef": {"name": "app-env"}}}]}]},
        {"initContainers": [{"envFrom": [{"secretRef": {"name": "app-env"}}]}]},
        {"volumes": [{"emptyDir": {}}, {"secret": {"secretName": "app-env"}}]},
        {"volumes": [{"projected": {"sources": [{"secret": {"name": "app-env"}}]}}]},
    ],
)
def test_a_use(spec: dict[str, Any]) -> None:
    assert uses_secret(workload(**spec), "app-env")
    assert not uses_secret(workload(**spec), "app")


@pytest.mark.parametrize("found", [{}, {"spec": None}, workload(containers=None), workload(volumes=[None])])
def test_no_use(found: dict[str, Any]) -> None:
    assert not uses_secret(found, "app-env")
    assert not uses_secret(found, "None")


def test_the_mark_is_another_for_another_content_only() -> None:
    marks = [restarted(workload(), SECRET, text) for text in ("a" * 32, "a" * 32, "b" * 32)]
    assert marks[0] == marks[1] != marks[2]
    assert marks[0]["spec"] == {
        "template": {"metadata": {"annotations": {"secrets.tidegate.dev/app-env": "a" * 16}}}
    }


@pytest.mark.parametrize(("value", "asks"), [("true", True), ("false", False), (None, False)])
def test_restarts_are_asked_for(value: str | None, asks: bool) -> None:
    annotations = {"tidegate.dev/restart-on-change": value} if value else {}
    assert asks_for_restart({"metadata": {"annotations": annotations}}) is asks
