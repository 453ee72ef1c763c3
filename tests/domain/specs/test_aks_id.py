"""Resource ids of AKS clusters."""

from __future__ import annotations

import pytest

from shared.domain.specs.aks_id import AksId, is_resource_id
from shared.errors import InvalidRequestError

PRODUCTION = (
    "/subscriptions/0000-1/resourceGroups/Shop/providers/Microsoft.ContainerService/managedClusters/prod-aks"
)


def test_an_id_is_three_names() -> None:
    assert AksId.parse(PRODUCTION) == AksId("0000-1", "Shop", "prod-aks")


def test_an_id_is_written_back_as_azure_writes_it() -> None:
    shouted = PRODUCTION.replace("resourceGroups", "resourcegroups").replace(
        "managedClusters", "MANAGEDCLUSTERS"
    )
    assert AksId.parse(f" {shouted}/ ").text == PRODUCTION


def test_case_makes_no_other_cluster() -> None:
    assert AksId.parse(PRODUCTION.upper()).key == AksId.parse(PRODUCTION).key


@pytest.mark.parametrize(
    "text",
    [
        "prod-aks",
        "https://prod-aks.eastus.azmk8s.io",
        PRODUCTION.replace("managedClusters", "fleets"),
        f"{PRODUCTION}/agentPools/system",
        PRODUCTION.replace("prod-aks", ""),
    ],
)
def test_anything_else_is_refused_and_shown_how_it_looks(text: str) -> None:
    with pytest.raises(InvalidRequestError, match=r"is no resource id.*managedClusters/NAME"):
        AksId.parse(text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [(PRODUCTION, True), (PRODUCTION.upper(), True), ("subscriptions/x", False), ("", False)],
)
def test_what_starts_like_an_id_is_meant_as_one(text: str, meant: bool) -> None:
    assert is_resource_id(text) is meant
