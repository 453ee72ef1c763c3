"""`tidegate export`."""

from __future__ import annotations

import click

from tidegate.client import path_of
from tidegate.command_line import Command, with_session
from tidegate.output import show_document
from tidegate.session import Session


@click.command("export", cls=Command)
@click.option(
    "-o",
    "--output",
    type=click.Choice(["json", "yaml"]),
    default="json",
    help="Form of the document. Default: json.",
)
@with_session
def export(session: Session, output: str) -> None:
    """Print everything that Git does not hold: registered repositories and clusters, applications made by
    hand, pins. Passwords and tokens are not in it. `tidegate import` takes it back.

    Exit status: 0 printed, 4 not logged in.
    """
    show_document(session.client.get(path_of("export")), output)
