"""`tidegate version`."""

from __future__ import annotations

import click

from tidegate.command_line import Command, flag, with_session
from tidegate.output import output_option, show_document
from tidegate.session import Session

VERSION = "v0.1.0"


@click.command("version", cls=Command)
@flag("--client", help="Show the client's version only; no server is asked.")
@flag("--short", help="Without effect: the answer is short already.")
@output_option("json", "yaml")
@with_session
def version(session: Session, client: bool, output: str, **_: bool) -> None:
    """Show the versions of the client and of the server.

    Exit status: 0 shown, 1 the server does not answer, 4 nobody has logged in.
    """
    found = {"client": VERSION}
    if not client:
        found["server"] = str(session.client.get("/api/version")["Version"])
    if output:
        show_document(found, output)
        return
    click.echo(f"tidegate: {found['client']}")
    if "server" in found:
        click.echo(f"tidegate-server: {found['server']}")
