"""`tidegate trace`."""

from __future__ import annotations

import click

from tidegate.applications import AppName, namespace_option, revisions_of
from tidegate.client import Json, path_of
from tidegate.command_line import Command, with_session
from tidegate.failures import Exit, Failure
from tidegate.output import Column, output_option, show_document, show_fields, show_list, show_table
from tidegate.session import Session
from tidegate.trace_text import TITLES, cause_fields, place_of, stage_rows

_COLUMNS = (
    Column("TIME", lambda item: item["at"][:19].replace("T", " ")),
    Column("TRACE", lambda item: item["trace"]),
    Column("TOLD BY", lambda item: item["cause"].get("source")),
    Column("CAUSE", lambda item: item["cause"]["text"]),
)


@click.command("trace", cls=Command)
@click.argument("name", default="")
@click.option("--id", "trace_id", default="", help="Everything under this trace id, in every application.")
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=20, help="Without NAME: show so many. Default: 20."
)
@namespace_option()
@output_option("json", "yaml", "name")
@with_session
def trace(session: Session, name: str, trace_id: str, limit: int, app_namespace: str, output: str) -> None:
    """Follow the last change of application NAME, from the event that began it to healthy.

    With --id: one change in every application and Secret that it reached. With neither: the newest changes.
    The trace id is in every line of the server's log, and in the audit log.

    Exit status: 0 shown, 2 wrong usage, 3 no such application or trace, 4 not logged in.
    """
    if name and trace_id:
        raise Failure("Give an application or --id, not both", Exit.USAGE)
    if not name and not trace_id:
        found = session.client.get(path_of("traces"), {"limit": limit}).get("items") or []
        show_list(session, found, _COLUMNS, lambda item: str(item["trace"]), output)
        return
    app = AppName.parse(name, app_namespace) if name else None
    if app is not None:
        found = session.client.get(app.path("operation"), app.query)
    else:
        found = session.client.get(path_of("traces", trace_id))
    if output == "name":
        click.echo(found.get("trace"))
    elif output:
        show_document(found, output)
    elif app is not None:
        _show_application(session, app, found)
    else:
        _show_trace(session, found)


def _show_application(session: Session, app: AppName, found: Json) -> None:
    state = found.get("operationState") or {}
    fields = [
        ("Application", str(app)),
        ("Trace", found.get("trace")),
        *cause_fields(found.get("cause")),
        ("Revision", revisions_of(state.get("syncResult") or {})),
        ("Operation", state.get("phase")),
    ]
    show_fields(session, fields)
    click.echo()
    show_table(session, TITLES, stage_rows(found.get("stages") or []))
    if waves := found.get("waves"):
        click.echo()
        rows = [[str(each[field]) for field in ("wave", "total", "done", "failed")] for each in waves]
        show_table(session, ["WAVE", "RESOURCES", "DONE", "FAILED"], rows)


def _show_trace(session: Session, found: Json) -> None:
    show_fields(session, [("Trace", found["trace"]), *cause_fields(found.get("cause"))])
    applications, secrets = found.get("applications") or [], found.get("secrets") or []
    if not applications and not secrets:
        click.echo("\nNo application has it yet")
        if found.get("stages"):
            show_table(session, TITLES, stage_rows(found["stages"], ahead=False))
    for kind, steps in (("Application", applications), ("ExternalSecret", secrets)):
        for step in steps:
            click.echo()
            show_fields(session, [(kind, place_of(step)), ("Message", step.get("message"))])
            # what an older change has not reached it never will
            show_table(session, TITLES, stage_rows(step["stages"], ahead=bool(step.get("current"))))
