"""`tidegate repo rm`."""

from __future__ import annotations

import click

from tidegate.client import path_of
from tidegate.command_line import Command, with_session
from tidegate.session import Session
from tidegate.watching import each_of


@click.command("rm", cls=Command)
@click.argument("urls", nargs=-1, required=True, metavar="URL...")
@with_session
def rm(session: Session, urls: tuple[str, ...]) -> None:
    """Forget repositories and their credentials. Applications that use them stay.

    Exit status: 0 forgotten, 3 no such repository, 4 not logged in.
    """

    def one(url: str) -> None:
        session.client.delete(path_of("repositories", url))
        click.echo(f"Repository '{url}' removed")

    each_of(session, urls, one)
