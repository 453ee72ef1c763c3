"""`tidegate logout`."""

from __future__ import annotations

import click

from tidegate.command_line import Command, with_session
from tidegate.failures import Exit, Failure
from tidegate.session import Session


@click.command("logout", cls=Command)
@click.argument("name", required=False, default="", metavar="[CONTEXT]")
@with_session
def logout(session: Session, name: str) -> None:
    """Forget the token of CONTEXT, by default the current one. The context stays.

    Exit status: 0 forgotten, 3 no such context.
    """
    configuration = session.configuration()
    chosen = name or session.choices.context or configuration.current
    if configuration.find(chosen) is None:
        raise Failure(f"Context {chosen or '(none)'}: there is none of that name", Exit.NOT_FOUND)
    session.keep(configuration.logged_out(chosen))
    click.echo(f"Logged out from '{chosen}'")
