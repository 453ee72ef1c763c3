"""`tidegate trace`."""

from __future__ import annotations

import click

from tidegate.applications import AppName, name_of, namespace_option, revisions_of
from tidegate.client import Json
from tidegate.command_line import Command, with_session
from tidegate.output import output_option, show_document, show_fields, show_table
from tidegate.session import Session

_STAGES = ("resolved", "rendered", "compared", "applied", "healthy")


@click.command("trace", cls=Command)
@click.argument("name")
@namespace_option()
@output_option("json", "yaml")
@with_session
def trace(session: Session, name: str, app_namespace: str, output: str) -> None:
    """Show how long the last change of application NAME took, stage by stage, from the event on.

    Exit status: 0 shown, 3 no such application, 4 not logged in.
    """
    application = AppName.parse(name, app_namespace).read(session.client)
    found = _traced(application)
    if output:
        show_document(found, output)
        return
    show_fields(
        session,
        [("Application", found["application"]), ("Revision", found["revisions"]), ("Trace", found["trace"])],
    )
    click.echo()
    total, rows = 0.0, []
    for stage, seconds in found["stages"].items():
        total += seconds
        rows.append([stage, f"{seconds:.3f}", f"{total:.3f}"])
    rows += [[stage, "not yet", ""] for stage in _STAGES if stage not in found["stages"]]
    show_table(session, ["STAGE", "SECONDS", "SINCE RECEIVED"], rows)


def _traced(application: Json) -> Json:
    own = (application.get("status") or {}).get("tidegate") or {}
    clock = own.get("clock") or {}
    return {
        "application": str(name_of(application)),
        "revisions": revisions_of((application.get("status") or {}).get("sync") or {}),
        "trace": own.get("trace", ""),
        "stages": {stage: float(clock[stage]) for stage in _STAGES if stage in clock},
    }
