"""Rows of pods and of what makes them.

Source: pkg/printers/internalversion/printers.go of Kubernetes 1.34.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.cluster.tables.cells import NONE, UNKNOWN, Row, containers_of, human, labels_text, moment
from sandbox.cluster.tables.cells import selector_text as selector

_Json = Mapping[str, Any]
_ENDED = ("Complete", "Failed")


def pod(row: Row) -> list[Any]:
    containers, restarts, last = row.spec.get("containers") or (), 0, ""
    statuses = row.status.get("containerStatuses") or ()
    for each in (*statuses, *(row.status.get("initContainerStatuses") or ())):
        restarts += int(each.get("restartCount") or 0)
        ended = ((each.get("lastState") or {}).get("terminated") or {}).get("finishedAt") or ""
        last = max(last, ended)
    ready = sum(bool(c.get("ready")) and "running" in (c.get("state") or {}) for c in statuses)
    count = f"{restarts} ({row.since(last)} ago)" if restarts and last else str(restarts)
    wide = [row.status.get("podIP"), row.spec.get("nodeName"), row.status.get("nominatedNodeName")]
    gates = row.spec.get("readinessGates") or ()
    met = {c["type"] for c in row.status.get("conditions") or () if c["status"] == "True"}
    gate = f"{sum(g['conditionType'] in met for g in gates)}/{len(gates)}" if gates else NONE
    return [
        row.name,
        f"{ready}/{len(containers)}",
        pod_status(row),
        count,
        row.age,
        *(text or NONE for text in wide),
        gate,
    ]


def pod_status(row: Row) -> str:
    """One word for a pod: the phase, or what holds a container up."""
    phase = str(row.status.get("phase") or "")
    reason = str(row.status.get("reason") or phase)
    held = _init_reason(row)
    reason = held or _container_reason(row, reason)
    if row.body["metadata"].get("deletionTimestamp") and phase not in ("Succeeded", "Failed"):
        return "Terminating"
    return reason


def _init_reason(row: Row) -> str:
    statuses = row.status.get("initContainerStatuses") or ()
    for number, status in enumerate(statuses):
        state = status.get("state") or {}
        ended, waiting = state.get("terminated"), (state.get("waiting") or {}).get("reason", "")
        if "running" in state and status.get("ready"):
            continue
        if ended is not None:
            if not ended.get("exitCode"):
                continue
            return f"Init:{ended.get('reason') or 'ExitCode:' + str(ended.get('exitCode'))}"
        if waiting and waiting != "PodInitializing":
            return f"Init:{waiting}"
        return f"Init:{number}/{len(row.spec.get('initContainers') or ())}"
    return ""


def _container_reason(row: Row, reason: str) -> str:
    running = False
    for status in reversed(row.status.get("containerStatuses") or ()):
        state = status.get("state") or {}
        if waiting := (state.get("waiting") or {}).get("reason"):
            reason = waiting
        elif ended := state.get("terminated"):
            reason = ended.get("reason") or f"ExitCode:{ended.get('exitCode', 0)}"
        elif status.get("ready") and "running" in state:
            running = True
    if reason == "Completed" and running:
        ready = any(
            c["type"] == "Ready" and c["status"] == "True" for c in row.status.get("conditions") or ()
        )
        return "Running" if ready else "NotReady"
    return str(reason)


def deployment(row: Row) -> list[Any]:
    counts = [row.status.get(field, 0) for field in ("updatedReplicas", "availableReplicas")]
    return [row.name, _ready(row), *counts, row.age, *_template(row)]


def replica_set(row: Row) -> list[Any]:
    counts = [row.status.get(field, 0) for field in ("replicas", "readyReplicas")]
    return [row.name, row.spec.get("replicas", 0), *counts, row.age, *_template(row)]


def stateful_set(row: Row) -> list[Any]:
    return [row.name, _ready(row), row.age, *containers_of(row.spec.get("template") or {})]


def daemon_set(row: Row) -> list[Any]:
    fields = ("desiredNumberScheduled", "currentNumberScheduled", "numberReady", "updatedNumberScheduled")
    counts = [row.status.get(field, 0) for field in (*fields, "numberAvailable")]
    nodes = ((row.spec.get("template") or {}).get("spec") or {}).get("nodeSelector")
    return [row.name, *counts, labels_text(nodes), row.age, *_template(row)]


def job(row: Row) -> list[Any]:
    succeeded, completions = row.status.get("succeeded", 0), row.spec.get("completions")
    parallel = row.spec.get("parallelism") or 0
    total = completions if completions is not None else f"1 of {parallel}" if parallel > 1 else 1
    return [row.name, _job_status(row), f"{succeeded}/{total}", _duration(row), row.age, *_template(row)]


def _job_status(row: Row) -> str:
    met = {c["type"] for c in row.status.get("conditions") or () if c["status"] == "True"}
    ended = next((name for name in _ENDED if name in met), "")
    if ended:
        return ended
    if row.body["metadata"].get("deletionTimestamp"):
        return "Terminating"
    later = ("Suspended", "FailureTarget", "SuccessCriteriaMet")
    return next((name for name in later if name in met), "Running")


def _duration(row: Row) -> str:
    began, ended = row.status.get("startTime"), row.status.get("completionTime")
    if not began:
        return ""
    if not ended:
        return row.since(began)
    return human(int((moment(ended) - moment(began)).total_seconds()))


def cron_job(row: Row) -> list[Any]:
    spec, last = row.spec, row.status.get("lastScheduleTime")
    template = (spec.get("jobTemplate") or {}).get("spec") or {}
    return [
        row.name,
        spec.get("schedule", ""),
        spec.get("timeZone") or NONE,
        "True" if spec.get("suspend") else "False",
        len(row.status.get("active") or ()),
        row.since(last) if last else NONE,
        row.age,
        *containers_of(template.get("template") or {}),
        selector(template.get("selector")),
    ]


def autoscaler(row: Row) -> list[Any]:
    target = row.spec.get("scaleTargetRef") or {}
    return [
        row.name,
        f"{target.get('kind')}/{target.get('name')}",
        _metrics(row),
        str(row.spec.get("minReplicas", "<unset>")),
        row.spec.get("maxReplicas", 0),
        row.status.get("currentReplicas", 0),
        row.age,
    ]


def _metrics(row: Row) -> str:
    current = row.status.get("currentMetrics") or ()
    found = [
        _metric(spec, current[number] if number < len(current) else {})
        for number, spec in enumerate(row.spec.get("metrics") or ())
    ]
    if not found:
        return NONE
    text = ", ".join(found[:2])
    return f"{text} + {len(found) - 2} more..." if len(found) > 2 else text


def _metric(spec: _Json, status: _Json) -> str:
    name = spec["type"][0].lower() + spec["type"][1:]
    source, now = spec.get(name) or {}, (status.get(name) or {}).get("current") or {}
    target = source.get("target") or {}
    label = f"{source['name']}: " if "esource" in name else ""
    if "averageUtilization" in target:
        used = now.get("averageUtilization")
        return f"{label}{UNKNOWN if used is None else f'{used}%'}/{target['averageUtilization']}%"
    field = "averageValue" if "averageValue" in target else "value"
    average = " (avg)" if field == "averageValue" and name in ("external", "object") else ""
    return f"{label}{now.get(field, UNKNOWN)}/{target.get(field)}{average}"


def _ready(row: Row) -> str:
    return f"{row.status.get('readyReplicas', 0)}/{row.spec.get('replicas', 0)}"


def _template(row: Row) -> tuple[str, str, str]:
    return (*containers_of(row.spec.get("template") or {}), selector(row.spec.get("selector")))
