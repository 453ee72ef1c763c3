"""`tidegate message get`."""

from __future__ import annotations

import click

from tidegate.client import path_of
from tidegate.command_line import Command, with_session
from tidegate.given_up import reason_of
from tidegate.output import output_option, show_document, show_fields
from tidegate.session import Session


@click.command("get", cls=Command)
@click.argument("id")
@output_option("json", "yaml")
@with_session
def get(session: Session, id: str, output: str) -> None:
    """Show the message ID: what it says, and why it failed last.

    Exit status: 0 shown, 3 no such message, 4 not logged in.
    """
    found = session.client.get(path_of("messages", id))
    if output:
        show_document(found, output)
        return
    reason = found.get("reason") or {}
    fields = [
        ("Id", found["id"]),
        ("Queue", found["queue"]),
        ("Kind", found.get("kind")),
        ("Subject", found.get("subject")),
        ("First", found["firstAt"]),
        ("Last", found["lastAt"]),
        ("Count", found["count"]),
        ("Reason", reason_of(found)),
        ("Where", reason.get("where")),
        ("Function", reason.get("function")),
        ("Invocation", reason.get("invocation")),
        ("Trace", found.get("trace")),
        ("Bytes", found["bytes"]),
        # whoever sent it: as one line of JSON it cannot move the terminal's cursor
        ("Text", ascii(found["text"])),
    ]
    show_fields(session, fields)
