"""One of the clusters that the contract suites run on, seen through the adapter under test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any, Self

from shared.adapters.kubernetes.cluster_connector import KubernetesConnector
from shared.adapters.kubernetes.kubeconfig import KubeconfigCredentials
from shared.adapters.kubernetes.refusals import Call
from shared.adapters.kubernetes.rest_client import RestClient
from shared.domain.manifests.manifest import Manifest, metadata_of
from shared.domain.manifests.resource_type import ResourceType
from shared.ports.cluster_connector import Cluster


class ClusterWorld:
    """A cluster with its kubeconfig. `objects`, `discovery`, `watch` and `logs` are the ports of it."""

    def __init__(self, kubeconfig: Mapping[str, Any]) -> None:
        self.kubeconfig = kubeconfig
        self.credentials = KubeconfigCredentials(kubeconfig)
        self._connector = KubernetesConnector(self.credentials)
        self.cluster: Cluster = self._connector.connect("")
        self.objects = self.cluster.objects
        self.discovery = self.cluster.discovery
        self.watch = self.cluster.watch
        self.logs = self.cluster.logs
        self._raw = RestClient(self.credentials, "")

    @classmethod
    @contextmanager
    def of(cls, kubeconfig: Mapping[str, Any]) -> Iterator[Self]:
        world = cls(kubeconfig)
        with closing(world._connector), closing(world._raw):
            yield world

    def type(self, kind: str, group: str = "") -> ResourceType:
        """The preferred version of a served kind."""
        return next(each for each in self.discovery.types() if (each.group, each.kind) == (group, kind))

    def raw(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        media: str = "application/json",
    ) -> Any:
        """Send one request of our own, as another client of this cluster would."""
        call = Call("somebody else", method, path, query=query or {}, body=body, content_type=media)
        return self._raw.json(call)

    def apply_as(
        self, manager: str, type: ResourceType, manifest: Manifest, *, force: bool = False
    ) -> Manifest:
        """Server-side apply by another field manager."""
        metadata = metadata_of(manifest)
        applied: Manifest = self.raw(
            "PATCH",
            type.path(metadata.get("namespace", ""), metadata["name"]),
            {"fieldManager": manager, "force": str(force).lower()},
            manifest,
            "application/apply-patch+yaml",
        )
        return applied
