"""From a reference to the ports of its cluster; one connection pool each, kept."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace

from shared.adapters.kubernetes.cluster_discovery import KubernetesDiscovery
from shared.adapters.kubernetes.cluster_objects import KubernetesObjects
from shared.adapters.kubernetes.cluster_watch import KubernetesWatch
from shared.adapters.kubernetes.pod_logs import KubernetesPodLogs
from shared.adapters.kubernetes.rest_client import RestClient
from shared.ports.cluster_connector import Cluster
from shared.ports.cluster_credentials import ClusterAccess, ClusterCredentials


class KubernetesConnector:
    """See the port cluster_connector. Safe to share between threads; `close` when the process ends."""

    def __init__(self, credentials: ClusterCredentials, names: Mapping[str, str] | None = None) -> None:
        """`names` maps beginnings of server URLs that people write to where those servers are.

        The longest that fits wins, like git's `insteadOf`.
        """
        self._credentials = _Renamed(credentials, names) if names else credentials
        self._lock = threading.Lock()
        self._clusters: dict[str, tuple[Cluster, RestClient]] = {}

    def connect(self, reference: str) -> Cluster:
        """Return the cluster of a reference. Errors as in ClusterCredentials.access."""
        with self._lock:
            if reference not in self._clusters:
                client = RestClient(self._credentials, reference)
                self._clusters[reference] = (_cluster(client), client)
            return self._clusters[reference][0]

    def close(self) -> None:
        """Close all kept connections; a later `connect` opens new ones."""
        with self._lock:
            for _, client in self._clusters.values():
                client.close()
            self._clusters.clear()


def _cluster(client: RestClient) -> Cluster:
    return Cluster(
        server=client.server,
        objects=KubernetesObjects(client),
        discovery=KubernetesDiscovery(client),
        watch=KubernetesWatch(client),
        logs=KubernetesPodLogs(client),
    )


class _Renamed:
    """Credentials whose server URLs are replaced by where the servers are."""

    def __init__(self, credentials: ClusterCredentials, names: Mapping[str, str]) -> None:
        self._credentials = credentials
        self._names = sorted(names.items(), key=lambda pair: -len(pair[0]))

    def access(self, reference: str, *, renew: bool = False) -> ClusterAccess:
        access = self._credentials.access(reference, renew=renew)
        for written, actual in self._names:
            if access.server.startswith(written):
                return replace(access, server=actual + access.server[len(written) :])
        return access
