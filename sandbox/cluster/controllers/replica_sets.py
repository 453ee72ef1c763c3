"""ReplicaSets keep as many pods as they say.

Source: pkg/controller/replicaset of Kubernetes 1.34.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sandbox.cluster.event_writer import Said
from sandbox.cluster.hand import Hand, controller_reference, deleting, ready, refs_to_owners
from sandbox.cluster.owners import Ref
from sandbox.cluster.store import Event, Stored

_Json = dict[str, Any]
RESOURCE, _SOURCE = "replicasets.apps", "replicaset-controller"


class ReplicaSets:
    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    def concerns(self, event: Event) -> Iterable[Ref]:
        if event.object.resource == RESOURCE:
            yield (RESOURCE, event.object.key)
        elif event.object.resource == "pods":
            yield from refs_to_owners(event.object, "ReplicaSet", RESOURCE)

    def reconcile(self, ref: Ref) -> float | None:
        """Create or delete pods, then tell how many there are."""
        found = self._hand.store.get(*ref)
        if found is None:
            return None
        pods = active(self._hand.owned("pods", found.body["metadata"]["uid"]))
        if not deleting(found):
            self._scale(found, pods)
            pods = active(self._hand.owned("pods", found.body["metadata"]["uid"]))
        self._tell(ref, found, pods)
        return None

    def _scale(self, found: Stored, pods: list[Stored]) -> None:
        wanted = int(found.body["spec"].get("replicas", 1))
        for _ in range(wanted - len(pods)):
            made = self._hand.create("pods", pod_of(found, found.body["spec"]["template"]))
            self._hand.events.tell(found, Said("SuccessfulCreate", f"Created pod: {made}", _SOURCE))
        for pod in sorted(pods, key=_first_to_go)[: max(0, len(pods) - wanted)]:
            self._hand.delete(("pods", pod.key))
            self._hand.events.tell(found, Said("SuccessfulDelete", f"Deleted pod: {pod.key[1]}", _SOURCE))

    def _tell(self, ref: Ref, found: Stored, pods: list[Stored]) -> None:
        up = sum(ready(pod) for pod in pods)
        status: _Json = {"replicas": len(pods), "observedGeneration": found.body["metadata"]["generation"]}
        if pods:
            status["fullyLabeledReplicas"] = len(pods)
        if up:
            status["readyReplicas"] = status["availableReplicas"] = up
        if status != found.body.get("status"):
            self._hand.set_status(ref, status)


def active(pods: list[Stored]) -> list[Stored]:
    """Pods that count: not deleted, not over."""
    over = ("Succeeded", "Failed")
    return [p for p in pods if not deleting(p) and (p.body.get("status") or {}).get("phase") not in over]


def pod_of(owner: Stored, template: _Json, *, name: str = "", labels: _Json | None = None) -> _Json:
    """A pod from a template; without a name it gets `<owner>-xxxxx`."""
    metadata = template.get("metadata") or {}
    made: _Json = {
        "namespace": owner.key[0],
        "labels": {**(metadata.get("labels") or {}), **(labels or {})},
        "annotations": dict(metadata.get("annotations") or {}),
        "ownerReferences": [controller_reference(owner)],
    }
    made.update({"name": name} if name else {"generateName": f"{owner.key[1]}-"})
    return {"apiVersion": "v1", "kind": "Pod", "metadata": made, "spec": dict(template["spec"])}


def _first_to_go(pod: Stored) -> tuple[bool, bool, int]:
    """Unbound before bound, unready before ready, new before old."""
    return (bool(pod.body["spec"].get("nodeName")), ready(pod), -pod.version)
