"""Use case: look for drift in each cluster once, whatever the names that lead to it."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping

from shared.domain.secrets.secret_ref import SecretRef
from shared.domain.specs.destination import Destination
from shared.errors import TidegateError
from shared.services.clusters import Clusters, ConnectedCluster
from shared.services.sweep_cluster import Kind, Sweep

log = logging.getLogger(__name__)


class SweepClusters:
    """One cluster that is away holds up no other."""

    def __init__(
        self,
        clusters: Clusters,
        sweep: Callable[[ConnectedCluster, Collection[Kind]], Sweep],
        tell: Callable[[SecretRef], object],
    ) -> None:
        """`tell` is for ExternalSecrets whose Secret moved."""
        self._clusters, self._sweep, self._tell = clusters, sweep, tell

    def __call__(self, wanted: Mapping[Destination, Collection[Kind]]) -> set[str]:
        """Return the instance names of the applications to look at."""
        found: dict[str, ConnectedCluster] = {}
        kinds: defaultdict[str, set[Kind]] = defaultdict(set)
        for place, of_place in wanted.items():
            try:
                connected = self._clusters.at(place)
            except TidegateError as error:
                _warn(place.name or place.server, error)
                continue
            found.setdefault(connected.key, connected)
            kinds[connected.key] |= set(of_place)
        moved = {name for key, connected in found.items() for name in self._moved(connected, kinds[key])}
        secrets = {name for name in moved if "/" in name}
        for name in sorted(secrets):
            self._tell(SecretRef.parse(name))
        return moved - secrets

    def _moved(self, connected: ConnectedCluster, kinds: Collection[Kind]) -> set[str]:
        try:
            return self._sweep(connected, kinds).moved
        except TidegateError as error:
            _warn(connected.cluster.server, error)
            return set()


def _warn(cluster: str, error: TidegateError) -> None:
    log.warning("sweep failed", extra={"cluster": cluster, "error": str(error)})
