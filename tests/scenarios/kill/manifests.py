"""The files that the stories push, and the objects that they stand for."""

from __future__ import annotations

import json
from collections.abc import Iterable

from shared.domain.manifests.manifest import Manifest

CASCADE = "resources-finalizer.argocd.argoproj.io"
_KEEP = {"argocd.argoproj.io/sync-options": "Delete=false"}
_NAME_LENGTH = 250


def application(
    name: str, repo_url: str, path: str, namespace: str, *, finalizers: Iterable[str] = ()
) -> Manifest:
    """An automated child with CreateNamespace."""
    metadata: Manifest = {"name": name, "namespace": "argocd"}
    if finalizers:
        metadata["finalizers"] = list(finalizers)
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": metadata,
        "spec": {
            "project": "default",
            "source": {"repoURL": repo_url, "targetRevision": "main", "path": path},
            "destination": {"server": "https://kubernetes.default.svc", "namespace": namespace},
            "syncPolicy": {
                "automated": {"prune": True, "selfHeal": True},
                "syncOptions": ["CreateNamespace=true"],
            },
        },
    }


def config_map(name: str, greeting: str, *, keep: bool = False) -> Manifest:
    """`keep`: it stays when its application is deleted."""
    metadata: Manifest = {"name": name}
    if keep:
        metadata["annotations"] = dict(_KEEP)
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"greeting": greeting}}


def bulk(count: int, *, keep: bool = False) -> tuple[Manifest, ...]:
    """Config maps whose names are so long that their states no longer fit in the row: they go to a blob."""
    names = (f"bulk-{number:02d}".ljust(_NAME_LENGTH, "x") for number in range(count))
    return tuple(config_map(name, "hello", keep=keep) for name in names)


def service(name: str) -> Manifest:
    ports = [{"name": "http", "port": 80, "protocol": "TCP", "targetPort": 8080}]
    spec = {"selector": {"app": name}, "ports": ports}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}


def deployment(name: str, tag: str) -> Manifest:
    container = {"name": "web", "image": f"registry.example/{name}:{tag}"}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container]}},
        },
    }


def files(folder: str, objects: Iterable[Manifest]) -> dict[str, bytes | None]:
    """One JSON file an object."""
    return {
        f"{folder}/{found['kind'].lower()}-{found['metadata']['name'][:40]}.json": json.dumps(found).encode()
        for found in objects
    }
