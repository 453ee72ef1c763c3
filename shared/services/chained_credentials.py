"""Which credentials know a cluster: told by the form of its reference."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from shared.domain.specs.aks_id import is_resource_id
from shared.ports.cluster_credentials import ClusterAccess, ClusterCredentials


class ChainedCredentials:
    """See the port cluster_credentials: Azure resource ids go to `aks`, all others to `kubeconfig`.

    Both are made when first needed: who has no AKS cluster never loads Azure's SDK.
    """

    def __init__(
        self, kubeconfig: Callable[[], ClusterCredentials], aks: Callable[[], ClusterCredentials]
    ) -> None:
        self._make_kubeconfig, self._make_aks = kubeconfig, aks

    def access(self, reference: str, *, renew: bool = False) -> ClusterAccess:
        chosen = self._aks if is_resource_id(reference) else self._kubeconfig
        return chosen.access(reference, renew=renew)

    @cached_property
    def _kubeconfig(self) -> ClusterCredentials:
        return self._make_kubeconfig()

    @cached_property
    def _aks(self) -> ClusterCredentials:
        return self._make_aks()
