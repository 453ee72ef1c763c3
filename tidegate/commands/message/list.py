"""`tidegate message list`."""

from __future__ import annotations

import click

from tidegate.command_line import Command, with_session
from tidegate.given_up import COLUMNS, given_up
from tidegate.output import output_option, show_list
from tidegate.session import Session


@click.command("list", cls=Command)
@click.option("--queue", default="", help="Only of this queue: work, events or event-grid.")
@click.option("--subject", default="", help="Only work on subjects that begin so, such as argocd/shop.")
@output_option("wide", "json", "yaml", "name")
@with_session
def list_messages(session: Session, queue: str, subject: str, output: str) -> None:
    """List messages that met an error each time they were tried, with the last error.

    Nothing of them is lost: what is mended can be retried.

    Exit status: 0 listed, 4 not logged in.
    """
    found = given_up(session.client, queue, subject)
    show_list(session, found, COLUMNS, lambda message: str(message["id"]), output)
