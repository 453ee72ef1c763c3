"""What a tree shows of a Pod: the word kubectl prints, where it runs, how much of it is ready.

Source: Argo CD controller/cache/info.go (populatePodInfo), which follows kubectl's printPod.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from shared.domain.health.fields import condition, number, part, parts, text
from shared.domain.manifests.manifest import Manifest, metadata_of
from shared.domain.manifests.quantities import quantity

Row = dict[str, str]
_FINAL = ("Failed", "Succeeded")


def pod_rows(pod: Manifest) -> list[Row]:
    """Return the rows Status Reason, Node, Containers and, where they say something, restarts and requests.

    Requests are in thousandths: of a CPU, of a byte.
    """
    spec = part(pod, "spec")
    rows = [
        ("Status Reason", status_reason(pod)),
        ("Node", text(spec, "nodeName")),
        ("Containers", _readiness(pod)),
    ]
    if restarts := sum(number(each, "restartCount") for each in _statuses(pod)):
        rows.append(("Restart Count", str(restarts)))
    if text(part(pod, "status"), "phase") not in _FINAL:
        rows += [(name, str(_request(pod, name))) for name in ("cpu", "memory")]
    return [{"name": name, "value": value} for name, value in rows if value or name != "Status Reason"]


def images_of(pod: Manifest) -> list[str]:
    """Return the images of all containers as written in the spec, in order, once each."""
    spec = part(pod, "spec")
    containers = parts(spec, "initContainers") + parts(spec, "containers")
    return list(dict.fromkeys(text(container, "image") for container in containers))


def status_reason(pod: Manifest) -> str:
    """The word in kubectl's STATUS column: Running, Init:0/1, CrashLoopBackOff, Terminating …"""
    status = part(pod, "status")
    reason = text(status, "reason") or text(status, "phase")
    if any(
        c.get("type") == "PodScheduled" and c.get("reason") == "SchedulingGated"
        for c in parts(status, "conditions")
    ):
        reason = "SchedulingGated"
    starting = _starting(pod)
    initialized = condition(pod, "Initialized") or {}
    if starting and initialized.get("status") != "True":
        reason = starting
    else:
        reason = _main_reason(status, starting or reason)
    if metadata_of(pod).get("deletionTimestamp"):
        return _going(status, reason)
    return reason


def _going(status: dict[str, Any], reason: str) -> str:
    if status.get("reason") == "NodeLost":
        return "Unknown"
    return reason if text(status, "phase") in _FINAL else "Terminating"


def _starting(pod: Manifest) -> str:
    """The reason while init containers are not through, else ""."""
    spec = part(pod, "spec")
    lasting, total = _sidecars(spec), len(parts(spec, "initContainers"))
    for index, container in enumerate(parts(part(pod, "status"), "initContainerStatuses")):
        ended, waiting = part(container, "state", "terminated"), part(container, "state", "waiting")
        if ended and number(ended, "exitCode") == 0:
            continue
        if text(container, "name") in lasting and container.get("started") is True:
            continue
        if ended:
            return "Init:" + _ending(ended)
        why = text(waiting, "reason")
        return f"Init:{why}" if why and why != "PodInitializing" else f"Init:{index}/{total}"
    return ""


def _main_reason(status: dict[str, Any], reason: str) -> str:
    running = False
    for container in reversed(parts(status, "containerStatuses")):
        ended, waiting = part(container, "state", "terminated"), part(container, "state", "waiting")
        if text(waiting, "reason"):
            reason = text(waiting, "reason")
        elif ended:
            reason = _ending(ended)
        elif container.get("ready") is True and isinstance(part(container, "state").get("running"), dict):
            running = True
    return "Running" if reason == "Completed" and running else reason


def _ending(ended: dict[str, Any]) -> str:
    if text(ended, "reason"):
        return text(ended, "reason")
    signal = number(ended, "signal")
    return f"Signal:{signal}" if signal else f"ExitCode:{number(ended, 'exitCode')}"


def _readiness(pod: Manifest) -> str:
    spec, status = part(pod, "spec"), part(pod, "status")
    lasting = _sidecars(spec)
    sidecars = [each for each in parts(status, "initContainerStatuses") if text(each, "name") in lasting]
    main = [
        each for each in parts(status, "containerStatuses") if part(each, "state").get("running") is not None
    ]
    ready = sum(each.get("ready") is True for each in [*sidecars, *main])
    return f"{ready}/{len(parts(spec, 'containers')) + len(lasting)}"


def _statuses(pod: Manifest) -> Iterator[dict[str, Any]]:
    status = part(pod, "status")
    yield from parts(status, "initContainerStatuses")
    yield from parts(status, "containerStatuses")


def _sidecars(spec: dict[str, Any]) -> set[str]:
    """Init containers that run on beside the main ones."""
    return {
        text(each, "name") for each in parts(spec, "initContainers") if each.get("restartPolicy") == "Always"
    }


def _request(pod: Manifest, resource: str) -> int:
    """What the scheduler reserves, in thousandths, rounded up.

    Source: Kubernetes component-helpers/resource (PodRequests): init containers run one after the other
    beside the sidecars started before them; the larger of that and of all main containers counts.
    """
    spec = part(pod, "spec")
    started, peak = Fraction(0), Fraction(0)
    for container in parts(spec, "initContainers"):
        asked = _amount(container, resource)
        if container.get("restartPolicy") == "Always":
            started += asked
            peak = max(peak, started)
        else:
            peak = max(peak, started + asked)
    total = max(peak, started + _sum(_amount(each, resource) for each in parts(spec, "containers")))
    total += quantity(part(spec, "overhead").get(resource)) or 0
    return -int(-total * 1000 // 1)


def _sum(amounts: Iterable[Fraction]) -> Fraction:
    return sum(amounts, Fraction(0))


def _amount(container: dict[str, Any], resource: str) -> Fraction:
    return quantity(part(container, "resources", "requests").get(resource)) or Fraction(0)
