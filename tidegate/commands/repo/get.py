"""`tidegate repo get`."""

from __future__ import annotations

import click

from tidegate.client import path_of
from tidegate.command_line import Command, with_session
from tidegate.commands.repo.list import COLUMNS
from tidegate.output import output_option, show_document, show_list
from tidegate.session import Session


@click.command("get", cls=Command)
@click.argument("url")
@output_option("wide", "json", "yaml")
@with_session
def get(session: Session, url: str, output: str) -> None:
    """Show the registered repository URL, and whether it answers now.

    Exit status: 0 shown, 3 no such repository, 4 not logged in.
    """
    found = session.client.get(path_of("repositories", url))
    if output in ("json", "yaml"):
        show_document(found, output)
        return
    show_list(session, [found], COLUMNS, lambda repo: str(repo["repo"]), output)
