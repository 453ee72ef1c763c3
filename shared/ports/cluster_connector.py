"""Port: a reference to a cluster becomes the ports of that cluster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from shared.ports.cluster_discovery import ClusterDiscovery
from shared.ports.cluster_objects import ClusterObjects
from shared.ports.cluster_watch import ClusterWatch
from shared.ports.pod_logs import PodLogs


@dataclass(frozen=True, slots=True)
class Cluster:
    """One connected cluster. `server` is its URL."""

    server: str
    objects: ClusterObjects
    discovery: ClusterDiscovery
    watch: ClusterWatch
    logs: PodLogs


class ClusterConnector(Protocol):
    """Adapter: kubernetes. Connections are kept and shared between threads."""

    def connect(self, reference: str) -> Cluster:
        """Connect by the reference that ClusterCredentials knows. Nothing is sent yet."""
        ...
