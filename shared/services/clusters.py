"""Clusters by every name people give them: one cluster under two names is one cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from shared.domain.manifests.manifest import metadata_of
from shared.domain.manifests.resource_type import ResourceType
from shared.domain.specs.destination import Destination
from shared.errors import ConflictError, NotFoundError, TidegateError
from shared.ports.cluster_connector import Cluster, ClusterConnector
from shared.ports.document_store import Document, DocumentStore

IN_CLUSTER = ("in-cluster", "https://kubernetes.default.svc")
_CLUSTERS = "clusters"
_NAMESPACE = ResourceType("", "v1", "Namespace", "namespaces", namespaced=False)


@dataclass(frozen=True, slots=True)
class ConnectedCluster:
    """A cluster with its key: the UID of its kube-system namespace."""

    key: str
    reference: str
    cluster: Cluster


class Clusters:
    """`references` lists what the credentials know (kubeconfig contexts); "" is the local cluster."""

    def __init__(
        self,
        connector: ClusterConnector,
        documents: DocumentStore,
        references: Callable[[], Iterable[tuple[str, str]]],
    ) -> None:
        self._connector, self._documents, self._references = connector, documents, references
        self._keys: dict[str, str] = {}

    def at(self, destination: Destination) -> ConnectedCluster:
        """Connect to a destination.

        Raises NotFoundError, naming the clusters that are known, for another name or server.
        """
        return self.by_reference(self._reference(destination))

    def by_reference(self, reference: str) -> ConnectedCluster:
        cluster = self._connector.connect(reference)
        if reference not in self._keys:
            self._keys[reference] = self._identify(reference, cluster)
        return ConnectedCluster(self._keys[reference], reference, cluster)

    def used(self) -> list[str]:
        """The references that this process has connected to."""
        return list(self._keys)

    def known(self) -> list[tuple[str, str]]:
        """(name, server) of every cluster that can be named."""
        return list(self._references())

    def _reference(self, destination: Destination) -> str:
        wanted = _normalised(destination.name or destination.server)
        if wanted in IN_CLUSTER:
            return ""
        for name, server in self._references():
            if wanted in (name, _normalised(server)):
                return name
        known = ", ".join(name for name, _ in self._references()) or "none"
        raise NotFoundError(
            f"Destination {wanted}: no such cluster is registered. Known: in-cluster, {known}. "
            "Add its context to the kubeconfig, or mend spec.destination"
        )

    def _identify(self, reference: str, cluster: Cluster) -> str:
        found = cluster.objects.get(_NAMESPACE, "", "kube-system")
        key = str(metadata_of(found or {}).get("uid") or "")
        if not key:
            raise NotFoundError(f"Cluster {cluster.server}: it has no kube-system namespace to know it by")
        self._remember(key, reference or "in-cluster", cluster.server)
        return key

    def _remember(self, key: str, name: str, server: str) -> None:
        found = self._documents.get(_CLUSTERS, key)
        aliases = set(found.body["aliases"]) if found else set()
        body = {"aliases": sorted(aliases | {name, _normalised(server)}), "server": server}
        if found and found.body == body:
            return
        try:
            self._documents.put(Document(_CLUSTERS, key, body, found.etag if found else None))
        except ConflictError:  # another worker wrote the same at the same time; the next connection mends it
            return


def _normalised(text: str) -> str:
    """A server URL without slash and default port, its host in small letters; a name as it is.

    Source: our own rule; Argo CD compares server URLs as text, which makes two clusters of one.
    """
    scheme, separator, rest = text.partition("://")
    if not separator:
        return text
    scheme, (host, slash, path) = scheme.lower(), rest.rstrip("/").partition("/")
    host = host.lower().removesuffix(":443" if scheme == "https" else ":80")
    return f"{scheme}://{host}{slash}{path}"


def reachable(clusters: Clusters, reference: str) -> str:
    """Return "" when the cluster answers, else its own sentence."""
    try:
        clusters.by_reference(reference).cluster.discovery.version()
    except TidegateError as error:
        return str(error)
    return ""
