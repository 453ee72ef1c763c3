"""Which kinds a cluster serves, by aggregated discovery: two requests instead of one a group."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from typing import Any

from shared.adapters.kubernetes.refusals import Call
from shared.adapters.kubernetes.rest_client import RestClient
from shared.domain.manifests.resource_type import ResourceType
from shared.errors import UnavailableError

log = logging.getLogger(__name__)

_AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"


class KubernetesDiscovery:
    """See the port cluster_discovery."""

    def __init__(self, client: RestClient) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._types: tuple[ResourceType, ...] = ()

    def types(self, *, fresh: bool = False) -> tuple[ResourceType, ...]:
        with self._lock:
            if fresh or not self._types:
                self._types = tuple(dict.fromkeys([*self._served("/api"), *self._served("/apis")]))
            return self._types

    def version(self) -> str:
        return str(self._client.json(Call("read the version", "GET", "/version"))["gitVersion"])

    def _served(self, root: str) -> list[ResourceType]:
        answer = self._client.json(Call("discover kinds", "GET", root, accept=_AGGREGATED))
        if answer.get("kind") == "APIGroupDiscoveryList":
            return list(_aggregated(answer))
        return list(self._one_by_one(root, answer))

    def _one_by_one(self, root: str, answer: dict[str, Any]) -> Iterator[ResourceType]:
        """The old form, for servers before 1.27: one request a group and version.

        A group whose own API server is away is left out, as kubectl does it.
        """
        for path in _group_versions(root, answer):
            try:
                resources = self._client.json(Call("discover kinds", "GET", path))
            except UnavailableError as error:
                log.warning("kinds of one group are unknown now", extra={"path": path, "error": str(error)})
                continue
            yield from _listed(resources)


def _aggregated(answer: dict[str, Any]) -> Iterator[ResourceType]:
    """Versions come in the server's order of preference."""
    for group in answer.get("items") or ():
        for version in group.get("versions") or ():
            if version.get("freshness") == "Stale":
                log.warning(
                    "kinds of one group may be out of date",
                    extra={"group": group["metadata"].get("name", ""), "version": version["version"]},
                )
            for resource in version.get("resources") or ():
                kind = (resource.get("responseKind") or {}).get("kind", "")
                yield ResourceType(
                    group=group["metadata"].get("name", ""),
                    version=version["version"],
                    kind=kind,
                    plural=resource["resource"],
                    namespaced=resource.get("scope") == "Namespaced",
                    verbs=frozenset(resource.get("verbs") or ()),
                )


def _group_versions(root: str, answer: dict[str, Any]) -> Iterator[str]:
    """Paths of all group versions, each group's preferred one first."""
    for version in answer.get("versions") or ():
        yield f"{root}/{version}"
    for group in answer.get("groups") or ():
        preferred = (group.get("preferredVersion") or {}).get("groupVersion", "")
        served = [version["groupVersion"] for version in group.get("versions") or ()]
        for group_version in sorted(served, key=lambda each: each != preferred):
            yield f"{root}/{group_version}"


def _listed(answer: dict[str, Any]) -> Iterator[ResourceType]:
    group, _, version = answer["groupVersion"].rpartition("/")
    for resource in answer.get("resources") or ():
        if "/" not in resource["name"]:
            yield ResourceType(
                group=resource.get("group") or group,
                version=resource.get("version") or version,
                kind=resource["kind"],
                plural=resource["name"],
                namespaced=bool(resource.get("namespaced")),
                verbs=frozenset(resource.get("verbs") or ()),
            )
