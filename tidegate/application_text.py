"""One application in words: what `app get` prints above its resources."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import click

from tidegate.applications import (
    cluster_of,
    conditions_of,
    health_status,
    name_of,
    operation_of,
    revisions_of,
    sources_of,
    sync_status,
)
from tidegate.client import Json
from tidegate.output import show_fields
from tidegate.session import Session

_SHORT = 7


def show_application(session: Session, application: Json, *, operation: bool = True) -> None:
    """Print what and where it is, how it does, and how its last operation went."""
    show_fields(session, _summary(application))
    if operation and operation_of(application):
        click.echo()
        show_fields(session, operation_fields(application))


def _summary(application: Json) -> Iterator[tuple[str, object]]:
    spec, status = application["spec"], application.get("status") or {}
    yield "Name", f"{name_of(application).namespace or 'argocd'}/{name_of(application).name}"
    yield "Project", spec.get("project") or "default"
    yield "Server", cluster_of(application)
    yield "Namespace", (spec.get("destination") or {}).get("namespace")
    for source in sources_of(application):
        yield "Repo", source.get("repoURL")
        yield "Target", source.get("targetRevision") or "HEAD"
        yield "Path", source.get("path")
        yield "Chart", source.get("chart")
        yield "Helm Values", (source.get("helm") or {}).get("valueFiles")
    yield "Sync Policy", _policy(spec)
    yield "Sync Status", f"{sync_status(application)}{_of_revisions(application)}"
    health = status.get("health") or {}
    message = f" ({health['message']})" if health.get("message") else ""
    yield "Health Status", f"{health_status(application)}{message}"
    for reason in (status.get("tidegate") or {}).get("reasons") or []:
        yield reason["type"], reason["message"]
    for condition in conditions_of(application):
        yield "Condition", f"{condition['type']}: {condition['message']}"


def _policy(spec: Json) -> str:
    """Source: Argo CD's `app get`: Manual, or Automated with what it may do."""
    automated = (spec.get("syncPolicy") or {}).get("automated")
    if automated is None or automated.get("enabled") is False:
        return "Manual"
    powers = [word for name, word in (("prune", "Prune"), ("selfHeal", "Self Heal")) if automated.get(name)]
    return f"Automated ({', '.join(powers)})" if powers else "Automated"


def _of_revisions(application: Json) -> str:
    """` to main (5f3c1d2)`, for each source."""
    compared = revisions_of((application.get("status") or {}).get("sync") or {})
    targets = [source.get("targetRevision") or "HEAD" for source in sources_of(application)]
    pairs = [f"{target} ({revision[:_SHORT]})" for target, revision in zip(targets, compared, strict=False)]
    wish = "to" if sync_status(application) == "Synced" else "from"
    return f" {wish} {', '.join(pairs)}" if pairs else ""


def operation_fields(application: Json) -> Iterator[tuple[str, object]]:
    """The block about the last operation. Source: the words of Argo CD's `app get`."""
    state = operation_of(application)
    started, finished = state.get("startedAt"), state.get("finishedAt")
    result = state.get("syncResult") or {}
    dry = ((state.get("operation") or {}).get("sync") or {}).get("dryRun")
    yield "Operation", "Sync (dry run)" if dry else "Sync"
    yield "Sync Revision", revisions_of(result)
    yield "Phase", state.get("phase")
    yield "Start", started
    yield "Finished", finished
    if started and finished:
        yield "Duration", f"{(_moment(finished) - _moment(started)).total_seconds():.0f}s"
    yield "Message", state.get("message")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
