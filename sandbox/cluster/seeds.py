"""What a new cluster holds: four namespaces, one node, and the first roles."""

from __future__ import annotations

from typing import Any

from sandbox.cluster.access.roles import first_roles
from sandbox.cluster.controllers.pods import NODE
from sandbox.cluster.hand import Hand

_Json = dict[str, Any]
NAMESPACES = ("default", "kube-system", "kube-public", "kube-node-lease")
_CAPACITY = {"cpu": "8", "memory": "32Gi", "pods": "250", "ephemeral-storage": "100Gi"}


def seed(hand: Hand) -> None:
    """Create the first objects, before the controllers run."""
    for name in NAMESPACES:
        hand.create("namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    for resource, role in first_roles():
        hand.create(resource, role)
    labels = {"kubernetes.io/hostname": NODE, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"}
    node: _Json = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": NODE, "labels": labels}}
    hand.create("nodes", node)
    hand.set_status(("nodes", ("", NODE)), _status(hand.clock.text()))


def _status(now: str) -> _Json:
    times = {"lastHeartbeatTime": now, "lastTransitionTime": now}
    kubelet = {"reason": "KubeletReady", "message": "the sandbox pretends to be a node"}
    return {
        "capacity": _CAPACITY,
        "allocatable": _CAPACITY,
        "conditions": [{"type": "Ready", "status": "True", **times, **kubelet}],
        "addresses": [{"type": "InternalIP", "address": "10.0.0.1"}, {"type": "Hostname", "address": NODE}],
        "nodeInfo": {
            "kubeletVersion": "v1.34.4",
            "kubeProxyVersion": "",
            "osImage": "Tidegate sandbox",
            "operatingSystem": "linux",
            "architecture": "amd64",
            "containerRuntimeVersion": "sandbox://1",
            "kernelVersion": "none",
            "machineID": "",
            "systemUUID": "",
            "bootID": "",
        },
    }
