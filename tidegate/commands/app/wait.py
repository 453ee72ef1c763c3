"""`tidegate app wait`."""

from __future__ import annotations

from typing import Any

import click

from tidegate.application_text import show_application
from tidegate.applications import AppName, health_status, namespace_option, revisions_of, running, sync_status
from tidegate.client import Json
from tidegate.command_line import Command, flag, with_session
from tidegate.output import output_option, show_document
from tidegate.resource_rows import show_resources
from tidegate.selection import chosen_names, selection_options
from tidegate.session import Session
from tidegate.watching import each_of, until_gone, watch_until

_HEALTHS = {"health": "Healthy", "suspended": "Suspended", "degraded": "Degraded"}


@click.command("wait", cls=Command)
@click.argument("names", nargs=-1, metavar="[NAME]...")
@selection_options()
@flag("--sync", help="Wait until it is Synced.")
@flag("--health", help="Wait until it is Healthy.")
@flag("--suspended", help="Suspended is as good as Healthy.")
@flag("--degraded", help="Degraded is as good as Healthy.")
@flag("--operation", help="Wait until no operation runs.")
@flag("--delete", "deleted", help="Wait until it is gone.")
@click.option("--revision", default="", help="Wait until it was compared with this commit.")
@click.option(
    "--timeout", type=click.FloatRange(min=0), default=0.0, help="Seconds to wait. Default: without end."
)
@namespace_option()
@output_option("wide", "json", "yaml")
@with_session
def wait(session: Session, names: tuple[str, ...], app_namespace: str, output: str, **wishes: Any) -> None:
    """Wait until applications are as they should be: Synced, Healthy, and no operation runs.

    Options that name a state wait for that state alone. It is compared with Git first, so that what was just
    pushed counts.

    Exit status: 0 it is so, 2 wrong usage, 3 no such application, 4 not logged in, 7 timed out.
    """

    def one(name: str) -> None:
        app = AppName.parse(name, app_namespace)
        if wishes["deleted"]:
            until_gone(session, app, wishes["timeout"])
            click.echo(f"application '{app}' is gone")
            return
        application = watch_until(
            session, app, lambda found: _met(found, wishes), _wish(wishes), wishes["timeout"], refresh=True
        )
        if output in ("json", "yaml"):
            show_document(application, output)
            return
        show_application(session, application, operation=output == "wide")
        click.echo()
        show_resources(session, application)

    each_of(session, chosen_names(session, names, wishes), one)


def _met(application: Json, wishes: dict[str, Any]) -> bool:
    every = not any(wishes[name] for name in (*_HEALTHS, "sync", "operation"))
    healths = {word for name, word in _HEALTHS.items() if wishes[name]} or ({"Healthy"} if every else set())
    return (
        (not (every or wishes["sync"]) or sync_status(application) == "Synced")
        and (not healths or health_status(application) in healths)
        and (not (every or wishes["operation"]) or not running(application))
        and _compared_with(application, wishes["revision"])
    )


def _compared_with(application: Json, revision: str) -> bool:
    compared = revisions_of((application.get("status") or {}).get("sync") or {})
    return not revision or any(each.startswith(revision) for each in compared)


def _wish(wishes: dict[str, Any]) -> str:
    named = [name for name in (*_HEALTHS, "sync", "operation") if wishes[name]] or [
        "sync",
        "health",
        "operation",
    ]
    commit = f" at {wishes['revision']}" if wishes["revision"] else ""
    return f"for {', '.join(named)}{commit}"
