"""`tidegate context`."""

from __future__ import annotations

from dataclasses import replace

import click

from tidegate.command_line import Command, flag, with_session
from tidegate.failures import Exit, Failure
from tidegate.output import Column, output_option, show_list
from tidegate.session import Session

_COLUMNS = (
    Column("CURRENT", lambda item: "*" if item["current"] else ""),
    Column("NAME", lambda item: item["name"]),
    Column("SERVER", lambda item: item["server"]),
    Column("USER", lambda item: item["username"]),
    Column("LOGGED IN", lambda item: item["loggedIn"], wide=True),
)


@click.command("context", cls=Command)
@click.argument("name", required=False, default="", metavar="[CONTEXT]")
@flag("--delete", help="Delete CONTEXT instead of switching to it.")
@output_option("wide", "json", "yaml", "name")
@with_session
def context(session: Session, name: str, delete: bool, output: str) -> None:
    """Switch to CONTEXT; without one, list all contexts.

    Exit status: 0 done, 2 wrong usage, 3 no such context.
    """
    configuration = session.configuration()
    if name:
        if configuration.find(name) is None:
            raise Failure(f"Context {name}: there is none of that name", Exit.NOT_FOUND)
        session.keep(configuration.without(name) if delete else replace(configuration, current=name))
        click.echo(f"Context '{name}' deleted" if delete else f"Switched to context '{name}'")
        return
    if delete:
        raise Failure("Say which context to delete", Exit.USAGE)
    items = [
        {
            "name": each.name,
            "server": each.url,
            "username": each.username,
            "current": each.name == configuration.current,
            "loggedIn": bool(each.token),
        }
        for each in configuration.contexts
    ]
    show_list(session, items, _COLUMNS, lambda item: str(item["name"]), output)
