"""What scheduler and kubelet say about a pod.

Source: pkg/kubelet/{images,kuberuntime} and pkg/scheduler/schedule_one.go of Kubernetes 1.34.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.cluster.controllers.pod_status import BACK_OFF, PULL, broken, crashing
from sandbox.cluster.event_writer import Said
from sandbox.cluster.store import Stored

_Json = dict[str, Any]


def scheduled(pod: Stored, node: str) -> Said:
    message = f"Successfully assigned {pod.key[0]}/{pod.key[1]} to {node}"
    return Said("Scheduled", message, "default-scheduler")


def unscheduled() -> Said:
    message = "0/1 nodes are available: 1 node(s) were unschedulable."
    return Said("FailedScheduling", message, "default-scheduler", warning=True)


def at_start(pod: Stored) -> Iterator[Said]:
    """Images are pulled and containers started, as far as they can."""
    for container in _containers(pod):
        image, part = str(container.get("image")), _part(container)
        if broken(image):
            yield Said("Pulling", f'Pulling image "{image}"', "kubelet", part=part)
            failed = f'failed to resolve reference "{image}": {image}: not found'
            words = f'Failed to pull image "{image}": failed to pull and unpack image "{image}": {failed}'
            yield Said("Failed", words, "kubelet", warning=True, part=part)
            yield Said("Failed", f"Error: {PULL}", "kubelet", warning=True, part=part)
            continue
        words = f'Container image "{image}" already present on machine'
        yield Said("Pulled", words, "kubelet", part=part)
        yield Said("Created", f"Created container: {container['name']}", "kubelet", part=part)
        yield Said("Started", f"Started container {container['name']}", "kubelet", part=part)


def at_pull(pod: Stored) -> Iterator[Said]:
    """The pull that failed is not tried again for a while."""
    for container in _containers(pod):
        image, part = str(container.get("image")), _part(container)
        if broken(image):
            yield Said("BackOff", f'Back-off pulling image "{image}"', "kubelet", part=part)
            yield Said("Failed", f"Error: {BACK_OFF}", "kubelet", warning=True, part=part)


def crashed(pod: Stored) -> Iterator[Said]:
    """Containers that exited are not restarted for a while."""
    for container in _containers(pod):
        if crashing(str(container.get("image"))):
            where = f"{pod.key[1]}_{pod.key[0]}({pod.body['metadata']['uid']})"
            words = f"Back-off restarting failed container {container['name']} in pod {where}"
            yield Said("BackOff", words, "kubelet", warning=True, part=_part(container))


def at_end(pod: Stored) -> Iterator[Said]:
    """Running containers are stopped."""
    statuses = (pod.body.get("status") or {}).get("containerStatuses") or ()
    running = {c["name"] for c in statuses if "running" in (c.get("state") or {})}
    for container in pod.body["spec"]["containers"]:
        if container["name"] in running:
            words = f"Stopping container {container['name']}"
            yield Said("Killing", words, "kubelet", part=_part(container))


def _containers(pod: Stored) -> list[_Json]:
    return [*(pod.body["spec"].get("initContainers") or ()), *pod.body["spec"]["containers"]]


def _part(container: _Json) -> str:
    return f"spec.containers{{{container['name']}}}"
