"""An engine whose application has workloads with pods, as controllers would have made them."""

from __future__ import annotations

from typing import Any

from shared.domain.manifests.manifest import Manifest
from tests.services.worlds import SHOP, Engine, engine

AT = "2026-01-01T12:00:{:02}.000000000Z"


def workload(name: str) -> Manifest:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {"replicas": 1},
    }


def with_pods(*pods: str, **settings: Any) -> Engine:
    """Each pod `web-1` belongs to a Deployment `web`; a pod of nobody's is there, too."""
    names = sorted({pod.partition("-")[0] for pod in pods})
    world = engine({f"shop/{name}.yaml": workload(name) for name in names}, **settings)
    world.add()
    world.run_for(1)
    for pod in pods:
        add_pod(world, pod)
    world.cluster.add(_pod("stranger", []))
    return world


def add_pod(world: Engine, name: str, *containers: str, **metadata: Any) -> Manifest:
    """A pod below the workload its name begins with, by way of a ReplicaSet."""
    owner = live(world, "Deployment", name.partition("-")[0])
    made = {"name": f"{owner['metadata']['name']}-set", "namespace": "shop", "ownerReferences": [_ref(owner)]}
    set_ = world.cluster.add({"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": made})
    pod = _pod(name, [_ref(set_)], *containers)
    pod["metadata"] |= metadata
    return world.cluster.add(pod)


def live(world: Engine, kind: str, name: str) -> Manifest:
    found = (each for key, each in world.cluster.objects.items() if (key.kind, key.name) == (kind, name))
    return next(found)


def named(world: Engine) -> list[str]:
    return [node["name"] for node in world.show_tree(SHOP)["nodes"]]


def _pod(name: str, owners: list[dict[str, str]], *containers: str) -> Manifest:
    spec = {"containers": [{"name": each, "image": "app:1"} for each in containers or ("app",)]}
    metadata = {"name": name, "namespace": "shop", "ownerReferences": owners}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def _ref(owner: Manifest) -> dict[str, str]:
    metadata = owner["metadata"]
    return {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": metadata["name"],
        "uid": metadata["uid"],
    }
