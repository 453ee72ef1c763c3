"""Deployments of the demo's cluster: what they run, and whether all their pods do."""

from __future__ import annotations

from sandbox.demo.control.reach import Reach
from shared.domain.images.image_name import split_reference
from shared.domain.manifests.manifest import Manifest
from shared.domain.manifests.resource_type import ResourceType

DEPLOYMENT = ResourceType("apps", "v1", "Deployment", "deployments", namespaced=True)


def deployment(reach: Reach, namespace: str, name: str) -> Manifest | None:
    return reach.cluster.objects.get(DEPLOYMENT, namespace, name)


def running(reach: Reach, application: str, image: str, tag: str) -> list[Manifest]:
    """The Deployments of an application that are to run this tag of an image."""
    found = []
    for namespace, name in reach.applications.objects("Deployment", [application]):
        live = deployment(reach, namespace, name)
        if live is not None and (image, tag) in _images(live):
            found.append(live)
    return found


def rolled_out(live: Manifest) -> bool:
    """Has every replica the newest template, and is it ready? Source: `kubectl rollout status`."""
    status, wanted = live.get("status") or {}, int(live["spec"]["replicas"])
    seen = int(status.get("observedGeneration") or 0) >= int(live["metadata"]["generation"])
    counts = [int(status.get(name) or 0) for name in ("replicas", "updatedReplicas", "readyReplicas")]
    return seen and counts == [wanted] * 3


def label(live: Manifest) -> str:
    return f"{live['metadata']['namespace']}/{live['metadata']['name']}"


def _images(live: Manifest) -> set[tuple[str, str]]:
    pod = live["spec"]["template"]["spec"]
    containers = [*pod["containers"], *(pod.get("initContainers") or [])]
    return {split_reference(each["image"])[:2] for each in containers}
