"""Which version of Kubernetes each cluster says it is, asked for now and then."""

from __future__ import annotations

from datetime import datetime, timedelta

from shared.ports.clock import Clock
from shared.services.clusters import ConnectedCluster

_GOOD_FOR = timedelta(minutes=10)


class ClusterVersions:
    """Charts see the version. An upgrade of a control plane takes longer than an answer is good for."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[str, tuple[datetime, str]] = {}

    def __call__(self, connected: ConnectedCluster) -> str:
        """Return `v1.34.4`. Raises UnavailableError when it has to be asked and does not answer."""
        now = self._clock.now()
        asked_at, version = self._known.get(connected.key, (None, ""))
        if asked_at is None or now - asked_at > _GOOD_FOR:
            version = connected.cluster.discovery.version()
            self._known[connected.key] = now, version
        return version
