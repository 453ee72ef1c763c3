"""Which container images an object runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_CONTAINERS = ("initContainers", "containers")
_NOT_DESIRED = frozenset({"apiVersion", "kind", "metadata", "status"})


def images_of(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """The images of the containers and init containers of every pod template in the object, each once.

    Pod templates are found wherever they lie: in a Deployment, a CronJob, a Rollout or a kind unknown here.

    Source: Argo CD util/kustomize (getImages); the status is left out here.
    """
    parts = (value for name, value in manifest.items() if name not in _NOT_DESIRED)
    return tuple(dict.fromkeys(image for part in parts for image in _images(part)))


def _images(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _images(item)
    elif isinstance(value, dict):
        for name in _CONTAINERS:
            yield from _container_images(value.get(name))
        for name, inner in value.items():
            if name not in _CONTAINERS:
                yield from _images(inner)


def _container_images(containers: Any) -> Iterator[str]:
    for container in containers if isinstance(containers, list) else []:
        image = container.get("image") if isinstance(container, dict) else None
        if isinstance(image, str) and image:
            yield image
