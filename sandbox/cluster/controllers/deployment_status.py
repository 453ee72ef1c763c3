"""The status of a Deployment out of its ReplicaSets: counts, conditions, the progress deadline.

Source: pkg/controller/deployment/{sync,progress}.go of Kubernetes 1.34, reasons and messages.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sandbox.cluster.controllers.rollout import Bounds
from sandbox.cluster.lifecycle import Timestamps

_Json = dict[str, Any]


def deployment_status(
    body: _Json, new: _Json | None, sets: list[_Json], clock: Timestamps
) -> tuple[_Json, float | None]:
    """Return the status, and in how many seconds the progress deadline must be looked at again."""
    before, replicas = body.get("status") or {}, int(body["spec"].get("replicas", 1))
    status: _Json = {"observedGeneration": body["metadata"]["generation"]}
    counts = {
        "replicas": _sum(sets, "replicas"),
        "updatedReplicas": _sum([new] if new else [], "replicas"),
        "readyReplicas": _sum(sets, "readyReplicas"),
        "availableReplicas": _sum(sets, "availableReplicas"),
    }
    counts["unavailableReplicas"] = max(
        0, sum(s["spec"]["replicas"] for s in sets) - counts["availableReplicas"]
    )
    status.update({name: count for name, count in counts.items() if count})
    enough = counts["availableReplicas"] >= replicas - Bounds.of(body["spec"]).unavailable
    conditions = [_available(before, clock.text(), enough=enough)]
    progressing, again = _progressing(body, new, counts, clock)
    status["conditions"] = [*conditions, *([progressing] if progressing else [])]
    return status, again


def _sum(sets: list[_Json], field: str) -> int:
    return sum(int((each.get("status") or {}).get(field, 0)) for each in sets)


def _available(before: _Json, now: str, *, enough: bool) -> _Json:
    if enough:
        text = ("MinimumReplicasAvailable", "Deployment has minimum availability.")
    else:
        text = ("MinimumReplicasUnavailable", "Deployment does not have minimum availability.")
    return _condition(before, now, ("Available", "True" if enough else "False", *text))


def _progressing(
    body: _Json, new: _Json | None, counts: dict[str, int], clock: Timestamps
) -> tuple[_Json | None, float | None]:
    deadline = body["spec"].get("progressDeadlineSeconds", 600)
    before, now = body.get("status") or {}, clock.text()
    old = _of(before, "Progressing")
    if new is None or body["spec"].get("paused"):
        return old or None, None
    name = new["metadata"]["name"]
    if _complete(body, counts):
        text = ("NewReplicaSetAvailable", f'ReplicaSet "{name}" has successfully progressed.')
        return _condition(before, now, ("Progressing", "True", *text)), None
    fresh = _moved(before, counts) or not old or old["reason"] == "NewReplicaSetAvailable"
    fresh = fresh or before.get("observedGeneration") != body["metadata"]["generation"]
    if fresh:
        text = ("ReplicaSetUpdated", f'ReplicaSet "{name}" is progressing.')
        condition = _condition(before, now, ("Progressing", "True", *text))
        return {**condition, "lastUpdateTime": now}, float(deadline)
    left = deadline - (clock.clock.now() - _time(old["lastUpdateTime"])).total_seconds()
    if left > 0 or old["reason"] == "ProgressDeadlineExceeded":
        return old, left if left > 0 else None
    text = ("ProgressDeadlineExceeded", f'ReplicaSet "{name}" has timed out progressing.')
    return _condition(before, now, ("Progressing", "False", *text)), None


def _complete(body: _Json, counts: dict[str, int]) -> bool:
    wanted = int(body["spec"].get("replicas", 1))
    return counts["updatedReplicas"] == counts["replicas"] == counts["availableReplicas"] == wanted


def _moved(before: _Json, counts: dict[str, int]) -> bool:
    """More updated, ready or available pods, or fewer old ones, than were told before."""
    grown = any(
        counts[f] > before.get(f, 0) for f in ("updatedReplicas", "readyReplicas", "availableReplicas")
    )
    old_now = counts["replicas"] - counts["updatedReplicas"]
    return grown or old_now < before.get("replicas", 0) - before.get("updatedReplicas", 0)


def _condition(before: _Json, now: str, words: tuple[str, str, str, str]) -> _Json:
    """A condition; its times stay while it says the same."""
    name, state, reason, message = words
    old = _of(before, name)
    same = (old.get("status"), old.get("reason"), old.get("message")) == (state, reason, message)
    return {
        "type": name,
        "status": state,
        "lastUpdateTime": old["lastUpdateTime"] if same else now,
        "lastTransitionTime": old["lastTransitionTime"] if old.get("status") == state else now,
        "reason": reason,
        "message": message,
    }


def _of(before: _Json, name: str) -> _Json:
    found: _Json = next((c for c in before.get("conditions") or () if c["type"] == name), {})
    return found


def _time(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
