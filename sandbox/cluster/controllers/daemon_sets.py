"""DaemonSets: one pod on each node, renewed when the template changes.

Source: pkg/controller/daemon of Kubernetes 1.34.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sandbox.cluster.controllers.deployments import template_hash
from sandbox.cluster.controllers.replica_sets import active, pod_of
from sandbox.cluster.event_writer import Said
from sandbox.cluster.hand import Hand, deleting, ready, refs_to_owners
from sandbox.cluster.owners import Ref
from sandbox.cluster.store import Event, Stored

_Json = dict[str, Any]
RESOURCE, HASH = "daemonsets.apps", "controller-revision-hash"


class DaemonSets:
    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    def concerns(self, event: Event) -> Iterable[Ref]:
        if event.object.resource == RESOURCE:
            yield (RESOURCE, event.object.key)
        elif event.object.resource == "pods":
            yield from refs_to_owners(event.object, "DaemonSet", RESOURCE)

    def reconcile(self, ref: Ref) -> float | None:
        found = self._hand.store.get(*ref)
        if found is None:
            return None
        uid, code = found.body["metadata"]["uid"], template_hash(found.body["spec"]["template"])
        nodes = self._hand.store.count("nodes")
        if not deleting(found):
            pods = active(self._hand.owned("pods", uid))
            old = [p for p in pods if p.body["metadata"]["labels"].get(HASH) != code]
            if old and all(ready(p) for p in pods if p not in old):
                self._hand.delete(("pods", old[0].key))
            for _ in range(nodes - len(self._hand.owned("pods", uid))):
                pod = pod_of(found, found.body["spec"]["template"], labels={HASH: code})
                words = f"Created pod: {self._hand.create('pods', pod)}"
                self._hand.events.tell(found, Said("SuccessfulCreate", words, "daemonset-controller"))
        self._tell(ref, found, nodes, code)
        return None

    def _tell(self, ref: Ref, found: Stored, nodes: int, code: str) -> None:
        pods = active(self._hand.owned("pods", found.body["metadata"]["uid"]))
        up = sum(ready(pod) for pod in pods)
        updated = sum(p.body["metadata"]["labels"].get(HASH) == code for p in pods)
        status: _Json = {
            "observedGeneration": found.body["metadata"]["generation"],
            "currentNumberScheduled": len(pods),
            "desiredNumberScheduled": nodes,
            "numberMisscheduled": 0,
            "numberReady": up,
        }
        counts = {"numberAvailable": up, "updatedNumberScheduled": updated, "numberUnavailable": nodes - up}
        status.update({name: count for name, count in counts.items() if count})
        if status != found.body.get("status"):
            self._hand.set_status(ref, status)
