"""A cluster as Argo CD's clients read it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shared.domain.views.cluster_view import SeenCluster, cluster_view

PROD = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/prod"
SEEN = SeenCluster(
    "prod",
    "https://prod.azmk8s.io:443",
    PROD,
    datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC),
    key="uid-prod",
    version="v1.34.4",
    aliases={"prod", "https://prod.azmk8s.io"},
    registered=True,
    applications=3,
)


def test_a_cluster_that_answers_is_successful() -> None:
    state = {"status": "Successful", "message": "", "attemptedAt": "2026-01-02T03:04:05Z"}
    assert cluster_view(SEEN) == {
        "server": "https://prod.azmk8s.io:443",
        "name": "prod",
        "config": {"tlsClientConfig": {"insecure": False}},
        "connectionState": state,
        "serverVersion": "1.34",
        "info": {
            "connectionState": state,
            "serverVersion": "1.34",
            "cacheInfo": {},
            "applicationsCount": 3,
        },
        "tidegate": {
            "id": "uid-prod",
            "resourceId": PROD,
            "aliases": ["https://prod.azmk8s.io", "prod"],
            "registered": True,
        },
    }


def test_a_cluster_that_is_away_says_why() -> None:
    seen = cluster_view(replace(SEEN, problem="cluster https://prod did not answer: refused", version=""))
    assert seen["connectionState"]["status"] == "Failed"
    assert seen["info"]["connectionState"]["message"] == "cluster https://prod did not answer: refused"
    assert seen["serverVersion"] == ""


def test_a_context_is_called_one() -> None:
    found = cluster_view(replace(SEEN, reference="ops"))["tidegate"]
    assert found["context"] == "ops"
    assert "resourceId" not in found


@pytest.mark.parametrize(
    ("told", "shown"),
    [("v1.34.4", "1.34"), ("1.29+", "1.29"), ("v1.30.1-eks-1", "1.30"), ("odd", ""), ("", "")],
)
def test_the_version_is_major_and_minor(told: str, shown: str) -> None:
    assert cluster_view(replace(SEEN, version=told))["serverVersion"] == shown


def test_it_is_json() -> None:
    assert json.loads(json.dumps(cluster_view(SEEN))) == cluster_view(SEEN)
