"""Applications, trees and logs in the shapes of docs/openapi.json, as many and as hostile as a test wants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

REVISION = "3f2c1d9" + "0" * 33
MOMENT = "2026-01-31T12:00:00Z"
_STATES = (("Synced", "Healthy"), ("OutOfSync", "Degraded"), ("Synced", "Progressing"), ("Synced", "Healthy"))
HOSTILE = (
    "<script>window.broken=1</script>",
    "<img src=x onerror=window.broken=1>",
    "javascript:window.broken=1",
    "\u202egnp.exe",  # right-to-left override
    "שלום-עולם",
    "👩‍👩‍👧‍👦-🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "x" * 253,
    "../../etc/passwd",
    "a b?c=d&e#f",
    "${7*7}{{7*7}}",
)


def application(name: str, sync: str = "Synced", health: str = "Healthy", **more: Any) -> dict[str, Any]:
    """One application; `more` sets `project`, `cluster`, `namespace`, `labels`, `reason`, `status`."""
    reasons = [{"code": "Test", "message": more["reason"]}] if "reason" in more else []
    return {
        "metadata": {
            "name": name,
            "namespace": "argocd",
            "labels": more.get("labels", {}),
            "creationTimestamp": MOMENT,
            "resourceVersion": "1",
        },
        "spec": {
            "project": more.get("project", "default"),
            "source": {"repoURL": "https://git.example/charts.git", "path": name, "targetRevision": "main"},
            "destination": {"name": more.get("cluster", "prod"), "namespace": more.get("namespace", "shop")},
            "syncPolicy": {"automated": {"prune": True, "selfHeal": True}},
        },
        "status": {
            "sync": {"status": sync, "revision": REVISION},
            "health": {"status": health},
            "history": [_deployment(number) for number in range(3)],
            "resources": [],
            "operationState": {
                "phase": "Succeeded",
                "message": "successfully synced",
                "startedAt": MOMENT,
                "finishedAt": MOMENT,
            },
            "tidegate": {
                "reasons": reasons,
                "trace": "7f3a" * 8,
                "stages": [
                    {"name": "received", "at": MOMENT, "seconds": None},
                    {"name": "applied", "at": MOMENT, "seconds": 0.09},
                ],
            },
            **more.get("status", {}),
        },
    }


def many(number: int) -> list[dict[str, Any]]:
    """So many applications over three clusters, five projects and all states."""
    found = []
    for index in range(number):
        sync, health = _STATES[index % len(_STATES)]
        reason = {"reason": f"Deployment/api: image shop:{index} not found"} if health == "Degraded" else {}
        labels = {"team": f"team-{index % 7}"}
        place = {"cluster": ("dev", "staging", "prod")[index % 3], "namespace": f"ns-{index % 40}"}
        project = f"project-{index % 5}"
        found.append(
            application(f"app-{index:05}", sync, health, project=project, labels=labels, **place, **reason)
        )
    return found


def _deployment(number: int) -> dict[str, Any]:
    who = {"automated": True} if number % 2 == 0 else {"username": "kim"}
    times = {"deployStartedAt": MOMENT, "deployedAt": MOMENT}
    return {"id": number, "revision": f"{number:x}" * 40, "initiatedBy": who, **times}


def node(
    kind: str, name: str, health: str = "Healthy", owner: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """An object of a tree; `owner` is another one."""
    group = {"Deployment": "apps", "ReplicaSet": "apps"}.get(kind, "")
    refs = [{key: owner[key] for key in ("group", "kind", "namespace", "name")}] if owner else []
    message = f"{kind} {name}: CrashLoopBackOff" if health == "Degraded" else ""
    return {
        "group": group,
        "version": "v1",
        "kind": kind,
        "namespace": "shop",
        "name": name,
        "uid": f"uid-{kind}-{name}",
        "createdAt": MOMENT,
        "parentRefs": refs,
        "info": [],
        "health": {"status": health, "message": message},
    }


def workloads(deployments: int, pods: int, *, broken: int | None = None) -> list[dict[str, Any]]:
    """So many Deployments, each with its ReplicaSet and pods; those at `broken` are Degraded."""
    found = []
    for number in range(deployments):
        deployment = node("Deployment", f"web-{number:03}", "Degraded" if number == broken else "Healthy")
        replicas = node("ReplicaSet", f"web-{number:03}-5d9f", owner=deployment)
        health = "Degraded" if number == broken else "Healthy"
        of = [node("Pod", f"web-{number:03}-5d9f-{pod}", health, replicas) for pod in range(pods)]
        found += [deployment, replicas, *of]
    return found
