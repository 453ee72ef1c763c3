"""Scheduler and kubelet in one: pods are bound, become ready, fail to pull `broken` images, end.

Source: status fields of a kubelet 1.34; waiting reasons of pkg/kubelet/images.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Any

from sandbox.cluster.hand import KUBELET, Hand, deleting
from sandbox.cluster.lifecycle import finished
from sandbox.cluster.owners import Ref
from sandbox.cluster.store import Event, Stored

_Json = dict[str, Any]
NODE = "sandbox-node"
_PULL, _BACK_OFF = "ErrImagePull", "ImagePullBackOff"


class Pods:
    def __init__(self, hand: Hand) -> None:
        self._hand = hand
        self._entered: dict[Ref, tuple[str, str]] = {}

    def concerns(self, event: Event) -> Iterable[Ref]:
        if event.object.resource == "pods":
            yield ("pods", event.object.key)

    def reconcile(self, ref: Ref) -> float | None:
        """Take the pod one state further, `pod_seconds` after the one before."""
        pod = self._hand.store.get(*ref)
        state = "gone" if pod is None else _state(pod)
        if pod is None or state in ("new", "done", "over", _BACK_OFF):
            self._entered.pop(ref, None)
            if pod is not None and state == "new":
                self._bind(pod)
            return None
        mark = (str(pod.body["metadata"]["uid"]), state)
        if self._entered.get(ref) != mark:
            self._entered[ref] = mark
            return self._hand.pod_seconds
        self._advance(ref, pod, state)
        return None

    def _advance(self, ref: Ref, pod: Stored, state: str) -> None:
        if state == "deleting":
            self._end(pod)
        elif state == "running":
            self._hand.set_status(ref, self._succeeded(pod), manager=KUBELET)
        else:
            self._hand.set_status(ref, self._started(pod, pulled=state == _PULL), manager=KUBELET)

    def _bind(self, pod: Stored) -> None:
        body = pod.copy()
        body["spec"]["nodeName"] = NODE
        now = self._hand.clock.text()
        scheduled = {
            "type": "PodScheduled",
            "status": "True",
            "lastProbeTime": None,
            "lastTransitionTime": now,
        }
        body["status"] = {**(body.get("status") or {}), "phase": "Pending", "conditions": [scheduled]}
        # a binding goes past the update handlers: nobody owns nodeName
        self._hand.store.replace(pod, body)

    def _end(self, pod: Stored) -> None:
        body = pod.copy()
        if finished(body):
            self._hand.store.remove(pod)
            return
        gone = {**(body.get("status") or {}), "phase": "Succeeded"}
        if gone != body.get("status"):
            self._hand.set_status(("pods", pod.key), gone, manager=KUBELET)

    def _started(self, pod: Stored, *, pulled: bool) -> _Json:
        now, spec = self._hand.clock.text(), pod.body["spec"]
        containers = [_container(c, now, pulled=pulled) for c in spec["containers"]]
        healthy = all(c["ready"] for c in containers)
        status = {
            **pod.body["status"],
            "phase": "Running" if healthy else "Pending",
            "hostIP": "10.0.0.1",
            "podIP": _address(pod),
            "podIPs": [{"ip": _address(pod)}],
            "startTime": pod.body["metadata"]["creationTimestamp"],
            "containerStatuses": containers,
        }
        if initial := spec.get("initContainers"):
            status["initContainerStatuses"] = [_container(c, now, pulled=pulled) for c in initial]
        unready = [c["name"] for c in containers if not c["ready"]]
        status["conditions"] = _conditions(pod, now, unready)
        return status

    def _succeeded(self, pod: Stored) -> _Json:
        now = self._hand.clock.text()
        status: _Json = {**pod.body["status"], "phase": "Succeeded"}
        ended = {"exitCode": 0, "reason": "Completed", "startedAt": now, "finishedAt": now}
        status["containerStatuses"] = [
            {**c, "ready": False, "started": False, "state": {"terminated": ended}}
            for c in status["containerStatuses"]
        ]
        names = [c["name"] for c in pod.body["spec"]["containers"]]
        status["conditions"] = _conditions(pod, now, names, reason="PodCompleted")
        return status


def _state(pod: Stored) -> str:
    """What the pod is in now; the states that `reconcile` takes further after a while."""
    status = pod.body.get("status") or {}
    if deleting(pod):
        return "deleting"
    if not pod.body["spec"].get("nodeName"):
        return "new"
    if status.get("phase") in ("Succeeded", "Failed"):
        return "over"
    waiting = {
        (c.get("state") or {}).get("waiting", {}).get("reason") for c in status.get("containerStatuses") or ()
    }
    for reason in (_PULL, _BACK_OFF):
        if reason in waiting:
            return reason
    if status.get("phase") != "Running":
        return "starting"
    return "done" if pod.body["spec"].get("restartPolicy", "Always") == "Always" else "running"


def _container(container: _Json, now: str, *, pulled: bool) -> _Json:
    image = str(container.get("image"))
    status: _Json = {"name": container["name"], "image": image, "restartCount": 0}
    if not broken(image):
        identity = f"{image.partition('@')[0]}@sha256:{zlib.crc32(image.encode()):064x}"
        running = {"running": {"startedAt": now}}
        return {**status, "imageID": identity, "ready": True, "started": True, "state": running}
    failed = f'failed to resolve reference "{image}": {image}: not found'
    message = f'failed to pull and unpack image "{image}": {failed}'
    waiting = {"reason": _PULL, "message": message}
    if pulled:
        waiting = {"reason": _BACK_OFF, "message": f'Back-off pulling image "{image}": {_PULL}: {message}'}
    return {**status, "imageID": "", "ready": False, "started": False, "state": {"waiting": waiting}}


def broken(image: str) -> bool:
    """An image whose tag contains `broken` cannot be pulled in the sandbox."""
    return "broken" in image.rpartition("/")[2].partition(":")[2]


def _conditions(pod: Stored, now: str, unready: list[str], reason: str = "ContainersNotReady") -> list[_Json]:
    before = {c["type"]: c for c in pod.body["status"].get("conditions") or ()}
    wanted = {"PodReadyToStartContainers": True, "Initialized": True, "Ready": not unready}
    found: list[_Json] = []
    for name, holds in {**wanted, "ContainersReady": not unready, "PodScheduled": True}.items():
        old = before.get(name) or {}
        status = "True" if holds else "False"
        since = old.get("lastTransitionTime") if old.get("status") == status else now
        condition = {"type": name, "status": status, "lastProbeTime": None, "lastTransitionTime": since}
        if not holds:
            condition["reason"] = reason
            if reason == "ContainersNotReady":
                condition["message"] = f"containers with unready status: [{' '.join(unready)}]"
        found.append(condition)
    return found


def _address(pod: Stored) -> str:
    number = zlib.crc32(str(pod.body["metadata"]["uid"]).encode())
    return f"10.244.{number >> 8 & 255}.{number % 254 + 1}"
