"""How an operation that was just asked for went."""

from __future__ import annotations

import click

from tidegate.application_text import operation_fields, show_application
from tidegate.applications import AppName, operation_of, sync_status
from tidegate.client import Json
from tidegate.failures import Failure
from tidegate.output import show_document, show_fields
from tidegate.resource_rows import show_resources
from tidegate.session import Session
from tidegate.watching import finished


def follow(session: Session, app: AppName, timeout: float, *, form: str, whole: bool = True) -> None:
    """Wait for the end of an operation and print what came of it.

    Args:
        timeout: seconds, 0 = without end.
        form: "", wide, json or yaml.
        whole: the operation was for all resources, so that what needs pruning is a failure.

    Raises Failure when it did not succeed. Source: Argo CD's `app sync`: success with resources that require
    pruning is none.
    """
    session.progress(f"{app}: operation requested")
    application = finished(session, app, timeout)
    if form in ("json", "yaml"):
        show_document(application, form)
    else:
        show_application(session, application, operation=False)
        click.echo()
        show_fields(session, operation_fields(application))
        click.echo()
        show_resources(session, application)
    _judge(app, application, whole=whole)


def _judge(app: AppName, application: Json, *, whole: bool) -> None:
    state = operation_of(application)
    phase = state.get("phase") or "none"
    if phase != "Succeeded":
        raise Failure(
            f"{app}: the operation ended with phase {phase}: {state.get('message') or 'no reason given'}"
        )
    if not whole or sync_status(application) == "Synced":
        return
    left = [each for each in application["status"].get("resources") or [] if each.get("requiresPruning")]
    if left:
        raise Failure(f"{app}: {len(left)} resources require pruning. To delete them, use --prune")
