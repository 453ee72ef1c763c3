"""A cluster in the JSON that Argo CD's clients read."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.domain.specs.aks_id import is_resource_id

_VERSION = re.compile(r"v?(\d+\.\d+)")


@dataclass(frozen=True, slots=True)
class SeenCluster:
    """A cluster as it was met at `seen_at`. `problem` is "" when it answered, `key` when it never did."""

    name: str
    server: str
    reference: str
    seen_at: datetime
    key: str = ""
    version: str = ""
    problem: str = ""
    aliases: Collection[str] = ()
    registered: bool = False
    applications: int = 0


def cluster_view(cluster: SeenCluster) -> dict[str, Any]:
    """The fields of Argo CD, and what it has no field for under `tidegate`. No credential is anywhere in it.

    Source: Argo CD pkg/apis/application/v1alpha1/types.go (Cluster, ClusterInfo), secrets stripped as its
    server does; `serverVersion` is major and minor only.
    """
    found = _VERSION.match(cluster.version)
    version = found[1] if found else ""
    state = {
        "status": "Failed" if cluster.problem else "Successful",
        "message": cluster.problem,
        "attemptedAt": cluster.seen_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    place = "resourceId" if is_resource_id(cluster.reference) else "context"
    return {
        "server": cluster.server,
        "name": cluster.name,
        "config": {"tlsClientConfig": {"insecure": False}},
        "connectionState": state,
        "serverVersion": version,
        "info": {
            "connectionState": state,
            "serverVersion": version,
            "cacheInfo": {},
            "applicationsCount": cluster.applications,
        },
        "tidegate": {
            "id": cluster.key,
            place: cluster.reference,
            "aliases": sorted(cluster.aliases),
            "registered": cluster.registered,
        },
    }
