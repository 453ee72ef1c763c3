"""The status of a pretended pod: containers that run, cannot be pulled, crash, or have ended.

Source: status fields of a kubelet 1.34; waiting reasons of pkg/kubelet/images and of its crash back-off.
"""

from __future__ import annotations

import zlib
from typing import Any

from sandbox.cluster.store import Stored

_Json = dict[str, Any]
PULL, BACK_OFF, CRASH = "ErrImagePull", "ImagePullBackOff", "CrashLoopBackOff"


def broken(image: str) -> bool:
    """An image whose tag contains `broken` cannot be pulled in the sandbox."""
    return "broken" in _tag(image)


def crashing(image: str) -> bool:
    """An image whose tag contains `crash` runs for a moment and exits with 1, again and again."""
    return "crash" in _tag(image)


def started_status(pod: Stored, now: str, *, pulled: bool) -> _Json:
    """The containers are started, again where they crashed; `pulled` says that pulling was tried before."""
    spec, before = pod.body["spec"], pod.body.get("status") or {}
    known = {c["name"]: c for c in before.get("containerStatuses") or ()}
    containers = [_started(c, known.get(c["name"]) or {}, now, pulled=pulled) for c in spec["containers"]]
    healthy = all(c["ready"] for c in containers)
    status = {
        **before,
        "phase": "Running" if healthy else "Pending",
        "hostIP": "10.0.0.1",
        "podIP": address_of(pod),
        "podIPs": [{"ip": address_of(pod)}],
        "startTime": pod.body["metadata"]["creationTimestamp"],
        "containerStatuses": containers,
    }
    if initial := spec.get("initContainers"):
        status["initContainerStatuses"] = [_started(c, {}, now, pulled=pulled) for c in initial]
    status["conditions"] = _conditions(pod, now, [c["name"] for c in containers if not c["ready"]])
    return status


def crashed_status(pod: Stored, now: str) -> _Json:
    """Crashing containers have exited with 1 and wait for their next start."""
    images = {c["name"]: str(c.get("image")) for c in pod.body["spec"]["containers"]}
    containers = [
        _crashed(c, pod, now) if crashing(images[c["name"]]) else c
        for c in pod.body["status"]["containerStatuses"]
    ]
    unready = [c["name"] for c in containers if not c["ready"]]
    status = {**pod.body["status"], "containerStatuses": containers}
    return {**status, "conditions": _conditions(pod, now, unready)}


def succeeded_status(pod: Stored, now: str) -> _Json:
    """Every container has ended with 0."""
    ended = {"exitCode": 0, "reason": "Completed", "startedAt": now, "finishedAt": now}
    status: _Json = {**pod.body["status"], "phase": "Succeeded"}
    status["containerStatuses"] = [
        {**c, "ready": False, "started": False, "state": {"terminated": {**ended, **_began(c)}}}
        for c in status["containerStatuses"]
    ]
    names = [c["name"] for c in pod.body["spec"]["containers"]]
    status["conditions"] = _conditions(pod, now, names, reason="PodCompleted")
    return status


def address_of(pod: Stored) -> str:
    """An address of the pods' network, the same as long as the pod lives."""
    number = zlib.crc32(str(pod.body["metadata"]["uid"]).encode())
    return f"10.244.{number >> 8 & 255}.{number % 254 + 1}"


def waiting_reasons(pod: Stored) -> set[str]:
    """Why containers of the pod wait."""
    statuses = (pod.body.get("status") or {}).get("containerStatuses") or ()
    states = [(c.get("state") or {}).get("waiting") or {} for c in statuses]
    return {str(state["reason"]) for state in states if state.get("reason")}


def _tag(image: str) -> str:
    return image.rpartition("/")[2].partition(":")[2]


def _began(container: _Json) -> _Json:
    began = ((container.get("state") or {}).get("running") or {}).get("startedAt")
    return {"startedAt": began} if began else {}


def _started(container: _Json, before: _Json, now: str, *, pulled: bool) -> _Json:
    image = str(container.get("image"))
    status: _Json = {
        "name": container["name"],
        "image": image,
        "restartCount": before.get("restartCount", 0),
    }
    if not broken(image):
        if "running" in (before.get("state") or {}):
            return before
        identity = f"{image.partition('@')[0]}@sha256:{zlib.crc32(image.encode()):064x}"
        last = {"lastState": before["lastState"]} if before.get("lastState") else {}
        state = {"running": {"startedAt": now}}
        return {**status, **last, "imageID": identity, "ready": True, "started": True, "state": state}
    failed = f'failed to resolve reference "{image}": {image}: not found'
    message = f'failed to pull and unpack image "{image}": {failed}'
    waiting = {"reason": PULL, "message": message}
    if pulled:
        waiting = {"reason": BACK_OFF, "message": f'Back-off pulling image "{image}": {PULL}: {message}'}
    return {**status, "imageID": "", "ready": False, "started": False, "state": {"waiting": waiting}}


def _crashed(container: _Json, pod: Stored, now: str) -> _Json:
    ended = {"exitCode": 1, "reason": "Error", "startedAt": now, "finishedAt": now, **_began(container)}
    count = int(container.get("restartCount") or 0) + 1
    where = f"{container['name']} pod={pod.key[1]}_{pod.key[0]}({pod.body['metadata']['uid']})"
    message = f"back-off {10 * 2 ** min(count - 1, 5)}s restarting failed container={where}"
    state = {"waiting": {"reason": CRASH, "message": message}}
    last = {"terminated": ended}
    changed = {"ready": False, "started": False, "restartCount": count, "state": state, "lastState": last}
    return {**container, **changed}


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
