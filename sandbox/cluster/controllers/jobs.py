"""Jobs run their pods to the end once.

Source: pkg/controller/job of Kubernetes 1.34, conditions and reasons.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sandbox.cluster.controllers.replica_sets import active, pod_of
from sandbox.cluster.event_writer import Said
from sandbox.cluster.hand import Hand, deleting, ready, refs_to_owners
from sandbox.cluster.owners import Ref
from sandbox.cluster.store import Event, Stored

_Json = dict[str, Any]
RESOURCE, _SOURCE = "jobs.batch", "job-controller"
_DONE = "Reached expected number of succeeded pods"


class Jobs:
    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    def concerns(self, event: Event) -> Iterable[Ref]:
        if event.object.resource == RESOURCE:
            yield (RESOURCE, event.object.key)
        elif event.object.resource == "pods":
            yield from refs_to_owners(event.object, "Job", RESOURCE)

    def reconcile(self, ref: Ref) -> float | None:
        found = self._hand.store.get(*ref)
        if found is None or deleting(found) or found.body["spec"].get("suspend") or _over(found):
            return None
        pods = self._hand.owned("pods", found.body["metadata"]["uid"])
        succeeded = sum((p.body.get("status") or {}).get("phase") == "Succeeded" for p in pods)
        wanted = int(found.body["spec"].get("completions", 1))
        running = active(pods)
        room = min(int(found.body["spec"].get("parallelism", 1)), wanted - succeeded) - len(running)
        for _ in range(room):
            made = self._hand.create("pods", pod_of(found, found.body["spec"]["template"]))
            self._hand.events.tell(found, Said("SuccessfulCreate", f"Created pod: {made}", _SOURCE))
        self._tell(ref, found, succeeded, running)
        return None

    def _tell(self, ref: Ref, found: Stored, succeeded: int, running: list[Stored]) -> None:
        now, wanted = self._hand.clock.text(), int(found.body["spec"].get("completions", 1))
        before = found.body.get("status") or {}
        status: _Json = {
            "startTime": before.get("startTime", now),
            "terminating": 0,
            "uncountedTerminatedPods": {},
        }
        status["ready"] = sum(ready(pod) for pod in running)
        if running:
            status["active"] = len(running)
        if succeeded:
            status["succeeded"] = succeeded
        if succeeded >= wanted:
            status["completionTime"] = now
            status["conditions"] = [_condition(name, now) for name in ("SuccessCriteriaMet", "Complete")]
        if status != before:
            self._hand.set_status(ref, status)
            if "completionTime" in status:
                self._hand.events.tell(found, Said("Completed", "Job completed", _SOURCE))


def _condition(name: str, now: str) -> _Json:
    times = {"lastProbeTime": now, "lastTransitionTime": now}
    return {"type": name, "status": "True", **times, "reason": "CompletionsReached", "message": _DONE}


def _over(found: Stored) -> bool:
    conditions = (found.body.get("status") or {}).get("conditions") or ()
    return any(c["type"] in ("Complete", "Failed") and c["status"] == "True" for c in conditions)
