"""A resource id of Azure is asked of Azure, everything else of the kubeconfig."""

from __future__ import annotations

import pytest

from shared.ports.cluster_credentials import ClusterAccess
from shared.services.chained_credentials import ChainedCredentials

AKS = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/shop"


class Named:
    def __init__(self, name: str, made: list[str]) -> None:
        made.append(name)
        self._name = name

    def access(self, reference: str, *, renew: bool = False) -> ClusterAccess:
        return ClusterAccess(f"{self._name} {reference} {renew}")


@pytest.mark.parametrize(
    ("reference", "kind"), [(AKS, "aks"), (AKS.upper(), "aks"), ("", "kubeconfig"), ("shop", "kubeconfig")]
)
def test_the_form_of_the_reference_chooses(reference: str, kind: str) -> None:
    made: list[str] = []
    chained = ChainedCredentials(lambda: Named("kubeconfig", made), lambda: Named("aks", made))
    assert made == []
    assert chained.access(reference).server == f"{kind} {reference} False"
    assert chained.access(reference, renew=True).server == f"{kind} {reference} True"
    assert made == [kind]
