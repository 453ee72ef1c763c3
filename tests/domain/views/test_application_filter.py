"""Which applications a list shows, and how many there are of each state."""

from __future__ import annotations

from typing import Any

import pytest

from shared.domain.compare.comparison import SyncStatus
from shared.domain.health.health import Health, HealthStatus
from shared.domain.record.application_status import ApplicationStatus
from shared.domain.views.application_filter import ApplicationFilter, counts

SHOP = {
    "metadata": {"name": "shop", "namespace": "argocd", "labels": {"team": "red", "tier": "web"}},
    "spec": {
        "project": "store",
        "source": {"repoURL": "https://github.com/My-Org/shop.git"},
        "destination": {"server": "https://Kubernetes.default.svc:443/", "namespace": "production"},
    },
}
SYNCED = ApplicationStatus(sync=SyncStatus.SYNCED, health=Health(HealthStatus.HEALTHY))


@pytest.mark.parametrize(
    ("fields", "taken"),
    [
        ({}, True),
        ({"projects": ("store", "default")}, True),
        ({"projects": ("default",)}, False),
        ({"labels": (("team", "red"),)}, True),
        ({"labels": (("team", "red"), ("tier", "db"))}, False),
        ({"namespace": "argocd"}, True),
        ({"namespace": "elsewhere"}, False),
        ({"name": "shop"}, True),
        ({"name": "sho"}, False),
        ({"search": "SHO"}, True),
        ({"search": "my-org"}, True),
        ({"search": "nobody"}, False),
        ({"repo": "https://github.com/My-Org/shop.git"}, True),
        ({"repo": "https://github.com/other"}, False),
        ({"clusters": ("in-cluster",)}, True),
        ({"clusters": ("https://kubernetes.default.svc",)}, True),
        ({"clusters": ("staging",)}, False),
        ({"target_namespaces": ("production",)}, True),
        ({"target_namespaces": ("staging",)}, False),
        ({"syncs": ("Synced",), "healths": ("Healthy", "Degraded")}, True),
        ({"syncs": ("OutOfSync",)}, False),
        ({"healths": ("Degraded",)}, False),
    ],
    ids=str,
)
def test_every_filter_has_to_fit(fields: dict[str, Any], taken: bool) -> None:
    assert ApplicationFilter(**fields).takes(SHOP, SYNCED) is taken


def test_an_application_without_a_project_is_of_the_default_one_and_each_source_is_searched() -> None:
    spec = {"sources": [{"repoURL": "https://a"}, {"repoURL": "https://b"}], "destination": {"name": "aks"}}
    manifest = {"metadata": {"name": "x", "namespace": "argocd"}, "spec": spec}
    assert ApplicationFilter(projects=("default",), search="//b", clusters=("aks",)).takes_document(manifest)


def test_states_are_counted() -> None:
    degraded = ApplicationStatus(sync=SyncStatus.SYNCED, health=Health(HealthStatus.DEGRADED))
    assert counts([SYNCED, SYNCED, degraded]) == {
        "total": 3,
        "sync": {"Synced": 3},
        "health": {"Degraded": 1, "Healthy": 2},
    }
    assert counts([]) == {"total": 0, "sync": {}, "health": {}}
