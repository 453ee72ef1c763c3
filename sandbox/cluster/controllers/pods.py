"""Scheduler and kubelet in one: pods are bound, become ready, fail to pull, crash, end, and say so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sandbox.cluster.controllers.pod_status import (
    BACK_OFF,
    CRASH,
    PULL,
    crashed_status,
    crashing,
    started_status,
    succeeded_status,
    waiting_reasons,
)
from sandbox.cluster.controllers.pod_words import at_end, at_pull, at_start, crashed, scheduled, unscheduled
from sandbox.cluster.event_writer import Said
from sandbox.cluster.hand import KUBELET, Hand, deleting
from sandbox.cluster.lifecycle import finished
from sandbox.cluster.owners import Ref
from sandbox.cluster.store import Event, Stored

_Json = dict[str, Any]
NODE = "sandbox-node"
# a kubelet waits 10 s before the first restart where a pod of the sandbox takes `pod_seconds` to start
_CRASH_STEPS, _MOST_DOUBLINGS = 10, 5
_RETRY_SECONDS = 2.0


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
        if pod is None or state in ("new", "done", "over", BACK_OFF):
            self._entered.pop(ref, None)
            return self._bind(pod) if pod is not None and state == "new" else None
        mark = (str(pod.body["metadata"]["uid"]), f"{state} {_restarts(pod)}")
        if self._entered.get(ref) != mark:
            self._entered[ref] = mark
            if state == "deleting":
                self._tell(pod, at_end(pod))
            return self._hand.pod_seconds * _steps(state, pod)
        self._advance(ref, pod, state)
        return None

    def _advance(self, ref: Ref, pod: Stored, state: str) -> None:
        now = self._hand.clock.text()
        if state == "deleting":
            self._end(pod)
        elif state == "running":
            self._hand.set_status(ref, succeeded_status(pod, now), manager=KUBELET)
        elif state == "crashing":
            self._hand.set_status(ref, crashed_status(pod, now), manager=KUBELET)
            self._tell(pod, crashed(pod))
        else:
            status = started_status(pod, now, pulled=state == PULL)
            self._hand.set_status(ref, status, manager=KUBELET)
            self._tell(pod, at_pull(pod) if state == PULL else at_start(pod))

    def _tell(self, pod: Stored, sentences: Iterable[Said]) -> None:
        for said in sentences:
            self._hand.events.tell(pod, said)

    def _bind(self, pod: Stored) -> float | None:
        node = self._hand.store.get("nodes", ("", NODE))
        if node is None or node.body.get("spec", {}).get("unschedulable"):
            self._tell(pod, [unscheduled()])
            return _RETRY_SECONDS
        body = pod.copy()
        body["spec"]["nodeName"] = NODE
        condition = {"type": "PodScheduled", "status": "True", "lastProbeTime": None}
        condition["lastTransitionTime"] = self._hand.clock.text()
        body["status"] = {**(body.get("status") or {}), "phase": "Pending", "conditions": [condition]}
        # a binding goes past the update handlers: nobody owns nodeName
        self._tell(self._hand.store.replace(pod, body), [scheduled(pod, NODE)])
        return None

    def _end(self, pod: Stored) -> None:
        body = pod.copy()
        if finished(body):
            self._hand.store.remove(pod)
            return
        gone = {**(body.get("status") or {}), "phase": "Succeeded"}
        if gone != body.get("status"):
            self._hand.set_status(("pods", pod.key), gone, manager=KUBELET)


def _state(pod: Stored) -> str:
    """What the pod is in now; the states that `reconcile` takes further after a while."""
    status = pod.body.get("status") or {}
    if deleting(pod):
        return "deleting"
    if not pod.body["spec"].get("nodeName"):
        return "new"
    if status.get("phase") in ("Succeeded", "Failed"):
        return "over"
    held = next((reason for reason in (PULL, BACK_OFF, CRASH) if reason in waiting_reasons(pod)), "")
    return held or ("starting" if status.get("phase") != "Running" else _running_state(pod))


def _running_state(pod: Stored) -> str:
    spec = pod.body["spec"]
    if any(crashing(str(c.get("image"))) for c in spec["containers"]):
        return "crashing"
    return "done" if spec.get("restartPolicy", "Always") == "Always" else "running"


def _steps(state: str, pod: Stored) -> int:
    """How many times `pod_seconds` this state lasts: the back-off of a crash doubles each time."""
    if state != CRASH:
        return 1
    return _CRASH_STEPS << min(max(0, _restarts(pod) - 1), _MOST_DOUBLINGS)


def _restarts(pod: Stored) -> int:
    statuses = (pod.body.get("status") or {}).get("containerStatuses") or ()
    return max((int(c.get("restartCount") or 0) for c in statuses), default=0)
