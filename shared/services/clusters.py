"""Clusters by every name people give them: one cluster under two names is one cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from shared.domain.manifests.manifest import metadata_of
from shared.domain.manifests.resource_type import ResourceType
from shared.domain.specs.cluster_alias import IN_CLUSTER, cluster_alias
from shared.domain.specs.destination import Destination
from shared.errors import NotFoundError, TidegateError
from shared.ports.cluster_connector import Cluster, ClusterConnector
from shared.ports.document_store import DocumentStore
from shared.services.cluster_rows import ClusterRow, ClusterRows

_NAMESPACE = ResourceType("", "v1", "Namespace", "namespaces", namespaced=False)


@dataclass(frozen=True, slots=True)
class ConnectedCluster:
    """A cluster with its key: the UID of its kube-system namespace."""

    key: str
    reference: str
    cluster: Cluster


class Clusters:
    """Registered clusters, and what the credentials know besides: contexts of the kubeconfig.

    `references` lists the latter as (name, server); the reference "" is the local cluster.
    """

    def __init__(
        self,
        connector: ClusterConnector,
        documents: DocumentStore,
        references: Callable[[], Iterable[tuple[str, str]]],
    ) -> None:
        self._connector, self._references = connector, references
        self.rows = ClusterRows(documents)
        self._keys: dict[str, str] = {}

    def at(self, destination: Destination) -> ConnectedCluster:
        """Connect to a destination. A registered name goes before a context of the same name.

        Raises NotFoundError, naming the clusters that are known, for another name or server, and when another
        cluster answers where a registered one was.
        """
        written = destination.name or destination.server
        alias = cluster_alias(written)
        row = self.rows.meant_by(alias)
        if row is not None:
            return self.registered(row)
        reference = self.context(alias)
        if reference is None:
            raise self._unknown(written)
        return self.by_reference(reference)

    def registered(self, row: ClusterRow) -> ConnectedCluster:
        """Connect to a registered cluster. Raises NotFoundError when another answers in its place."""
        connected = self.by_reference(row.reference)
        if connected.key != row.key:
            self._keys.pop(row.reference, None)
            raise NotFoundError(
                f"Cluster {row.name}: is gone: it was registered as {row.key}, and {connected.key} answers "
                f"at {row.server}. If that was made in its place, remove the old one and register it again"
            )
        return connected

    def by_reference(self, reference: str) -> ConnectedCluster:
        cluster = self._connector.connect(reference)
        if reference not in self._keys:
            self._keys[reference] = self._identify(reference, cluster)
        return ConnectedCluster(self._keys[reference], reference, cluster)

    def used(self) -> list[str]:
        """One reference of each cluster that this process has connected to."""
        return list({key: reference for reference, key in reversed(list(self._keys.items()))}.values())

    def known(self) -> list[tuple[str, str]]:
        """(name, server) of every cluster that can be named; a registered one under its own name only."""
        rows = list(self.rows.registered())
        taken = {alias for row in rows for alias in row.aliases}
        contexts = ((name, server) for name, server in self._references() if cluster_alias(name) not in taken)
        return [*((row.name, row.server) for row in rows), *contexts]

    def contexts(self) -> list[tuple[str, str]]:
        """(name, server) of what needs no registration."""
        return list(self._references())

    def context(self, alias: str) -> str | None:
        """The reference of a context by its name or server, "" for the local cluster, None for neither."""
        if alias == IN_CLUSTER[0]:
            return ""
        for name, server in self._references():
            if alias in (name, cluster_alias(server)):
                return name
        return None

    def _unknown(self, written: str) -> NotFoundError:
        known = ", ".join(name for name, _ in self.known()) or "none"
        return NotFoundError(
            f"Destination {written}: no such cluster is registered. Known: in-cluster, {known}. "
            "Register it, add its context to the kubeconfig, or mend spec.destination"
        )

    def _identify(self, reference: str, cluster: Cluster) -> str:
        found = cluster.objects.get(_NAMESPACE, "", "kube-system")
        key = str(metadata_of(found or {}).get("uid") or "")
        if not key:
            raise NotFoundError(f"Cluster {cluster.server}: it has no kube-system namespace to know it by")
        name = cluster_alias(reference or IN_CLUSTER[0])
        self.rows.see(key, reference, cluster.server, {name, cluster_alias(cluster.server)})
        return key


def reachable(clusters: Clusters, reference: str) -> str:
    """Return "" when the cluster answers, else its own sentence."""
    try:
        clusters.by_reference(reference).cluster.discovery.version()
    except TidegateError as error:
        return str(error)
    return ""
