"""`tidegate trace`."""

from __future__ import annotations

from collections.abc import Sequence

import click

from tidegate.applications import AppName, namespace_option, revisions_of
from tidegate.client import Json
from tidegate.command_line import Command, with_session
from tidegate.output import output_option, show_document, show_fields, show_table
from tidegate.session import Session

_STAGES = ("received", "resolved", "rendered", "compared", "applied", "healthy")


@click.command("trace", cls=Command)
@click.argument("name")
@namespace_option()
@output_option("json", "yaml")
@with_session
def trace(session: Session, name: str, app_namespace: str, output: str) -> None:
    """Follow the last change of application NAME: how long each stage took, from the event to healthy.

    Under the stages: the last operation, wave by wave. The trace id is in every line of the server's log.

    Exit status: 0 shown, 3 no such application, 4 not logged in.
    """
    app = AppName.parse(name, app_namespace)
    found = session.client.get(app.path("operation"), app.query)
    if output:
        show_document(found, output)
        return
    state = found.get("operationState") or {}
    fields = [
        ("Application", str(app)),
        ("Trace", found.get("trace")),
        ("Revision", revisions_of(state.get("syncResult") or {})),
        ("Operation", state.get("phase")),
    ]
    show_fields(session, fields)
    click.echo()
    show_table(session, ["STAGE", "AT", "SECONDS", "TOTAL"], _stage_rows(found.get("stages") or []))
    if waves := found.get("waves"):
        click.echo()
        rows = [[str(each[field]) for field in ("wave", "total", "done", "failed")] for each in waves]
        show_table(session, ["WAVE", "RESOURCES", "DONE", "FAILED"], rows)


def _stage_rows(stages: Sequence[Json]) -> list[list[str]]:
    """What was reached with its seconds and their sum, then what is still ahead."""
    total, rows = 0.0, []
    for stage in stages:
        total += stage["seconds"] or 0.0
        seconds = "" if stage["seconds"] is None else f"{stage['seconds']:.3f}"
        rows.append([str(stage["name"]), str(stage["at"]), seconds, f"{total:.3f}"])
    reached = {row[0] for row in rows}
    return rows + [[stage, "not yet", "", ""] for stage in _STAGES if stage not in reached]
