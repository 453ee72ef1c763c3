"""StatefulSets: numbered pods one after the other, with their claims; new templates from the last one down.

Source: pkg/controller/statefulset of Kubernetes 1.34.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sandbox.cluster.controllers.deployments import template_hash
from sandbox.cluster.controllers.replica_sets import pod_of
from sandbox.cluster.event_writer import Said
from sandbox.cluster.hand import Hand, deleting, ready, refs_to_owners
from sandbox.cluster.owners import Ref
from sandbox.cluster.store import Event, Stored

_Json = dict[str, Any]
RESOURCE, HASH = "statefulsets.apps", "controller-revision-hash"


class StatefulSets:
    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    def concerns(self, event: Event) -> Iterable[Ref]:
        if event.object.resource == RESOURCE:
            yield (RESOURCE, event.object.key)
        elif event.object.resource == "pods":
            yield from refs_to_owners(event.object, "StatefulSet", RESOURCE)

    def reconcile(self, ref: Ref) -> float | None:
        """One step: create the first missing pod, or delete the last one that is too many or too old."""
        found = self._hand.store.get(*ref)
        if found is None:
            return None
        revision = f"{found.key[1]}-{template_hash(found.body['spec']['template'])}"
        pods = {ordinal(pod): pod for pod in self._hand.owned("pods", found.body["metadata"]["uid"])}
        if not deleting(found):
            self._step(found, pods, revision)
            pods = {ordinal(pod): pod for pod in self._hand.owned("pods", found.body["metadata"]["uid"])}
        self._tell(ref, found, list(pods.values()), revision)
        return None

    def _step(self, found: Stored, pods: dict[int, Stored], revision: str) -> None:
        replicas = int(found.body["spec"].get("replicas", 1))
        parallel = found.body["spec"].get("podManagementPolicy") == "Parallel"
        for number in range(replicas):
            if number not in pods:
                self._create(found, number, revision)
            if not parallel and (number not in pods or not ready(pods[number])):
                break
        extra = [n for n in sorted(pods, reverse=True) if n >= replicas and not deleting(pods[n])]
        for number in extra[:1] if not parallel else extra:
            self._delete(found, pods[number])
        self._renew(found, pods, revision, replicas)

    def _renew(self, found: Stored, pods: dict[int, Stored], revision: str, replicas: int) -> None:
        strategy = found.body["spec"].get("updateStrategy") or {}
        if strategy.get("type") == "OnDelete":
            return
        first = int((strategy.get("rollingUpdate") or {}).get("partition", 0))
        for number in range(replicas - 1, first - 1, -1):
            pod = pods.get(number)
            if pod is None or deleting(pod):
                return
            if pod.body["metadata"]["labels"].get(HASH) != revision:
                self._delete(found, pod)
                return
            if not ready(pod):
                return

    def _delete(self, found: Stored, pod: Stored) -> None:
        self._hand.delete(("pods", pod.key))
        self._tell_of("delete", found, f"Pod {pod.key[1]}", "successful")

    def _tell_of(self, verb: str, found: Stored, what: str, outcome: str) -> None:
        words = f"{verb} {what} in StatefulSet {found.key[1]} {outcome}"
        said = Said(f"Successful{verb.capitalize()}", words, "statefulset-controller")
        self._hand.events.tell(found, said)

    def _create(self, found: Stored, number: int, revision: str) -> None:
        name = f"{found.key[1]}-{number}"
        labels = {
            HASH: revision,
            "statefulset.kubernetes.io/pod-name": name,
            "apps.kubernetes.io/pod-index": str(number),
        }
        pod = pod_of(found, found.body["spec"]["template"], name=name, labels=labels)
        pod["spec"]["hostname"] = name
        pod["spec"]["subdomain"] = found.body["spec"].get("serviceName", "")
        claims = found.body["spec"].get("volumeClaimTemplates") or ()
        volumes = [v for v in pod["spec"].get("volumes") or () if v["name"] not in {_name(c) for c in claims}]
        for claim in claims:
            self._claim(found, claim, name)
            claimed = {"claimName": f"{_name(claim)}-{name}"}
            volumes.append({"name": _name(claim), "persistentVolumeClaim": claimed})
        if self._hand.create("pods", {**pod, "spec": {**pod["spec"], "volumes": volumes}}):
            self._tell_of("create", found, f"Pod {name}", "successful")

    def _claim(self, found: Stored, claim: _Json, pod: str) -> None:
        key = (found.key[0], f"{_name(claim)}-{pod}")
        if self._hand.store.get("persistentvolumeclaims", key) is None:
            labels = (found.body["spec"].get("selector") or {}).get("matchLabels") or {}
            metadata = {**claim["metadata"], "name": key[1], "namespace": key[0]}
            metadata["labels"] = {**(metadata.get("labels") or {}), **labels}
            claimed = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata}
            self._hand.create("persistentvolumeclaims", {**claimed, "spec": claim["spec"]})
            self._tell_of("create", found, f"Claim {key[1]} Pod {pod}", "success")

    def _tell(self, ref: Ref, found: Stored, pods: list[Stored], revision: str) -> None:
        before = found.body.get("status") or {}
        updated = [p for p in pods if p.body["metadata"]["labels"].get(HASH) == revision and not deleting(p)]
        up = sum(ready(pod) for pod in pods)
        complete = len(updated) == len(pods) == up == int(found.body["spec"].get("replicas", 1))
        current = revision if complete else before.get("currentRevision", revision)
        at_current = sum(p.body["metadata"]["labels"].get(HASH) == current for p in pods)
        status: _Json = {
            "observedGeneration": found.body["metadata"]["generation"],
            "replicas": len(pods),
            "availableReplicas": up,
            "currentRevision": current,
            "updateRevision": revision,
            "collisionCount": 0,
        }
        counts = {"readyReplicas": up, "currentReplicas": at_current, "updatedReplicas": len(updated)}
        status.update({name: count for name, count in counts.items() if count})
        if status != before:
            self._hand.set_status(ref, status)


def ordinal(pod: Stored) -> int:
    """`db-2` → 2"""
    return int(pod.key[1].rpartition("-")[2])


def _name(claim: _Json) -> str:
    return str(claim["metadata"]["name"])
